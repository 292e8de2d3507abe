// SPDX-License-Identifier: MIT
//
// A segment on its way through one base chain of nftables, by reading its rules. Pure.
#pragma once

#include <cstdint>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "filter/rule_match.hpp"
#include "record/rule_that_ends.hpp"

namespace lab::filter {

struct Table {
  std::string family, name;
  std::map<std::string, nlohmann::json> chains;              // by name
  std::map<std::string, std::vector<nlohmann::json>> rules;  // by chain
  NamedSets sets;
  NamedSets maps;  // to verdicts: pairs
};

struct Ruleset {
  std::map<std::string, Table> tables;  // by "family name"
  std::map<std::string, std::map<std::uint64_t, std::string>> texts;
  bool untracks = false;  // a rule changes whether or where packets are tracked
  bool marks = false;     // a rule may set the mark of packets, whichever these are
  bool ct_marks = false;  // the same of connections
};

// What was found on the way of a segment.
struct OnWay {
  std::vector<std::string> acting;         // rules that may drop, refuse or redirect it, in words
  std::vector<std::string> marking;        // rules that may set its mark
  std::optional<std::uint32_t> mark = {};  // that it has now; nothing: not known
  // A rule of NAT may have changed its source: behind that chain it is not known.
  bool source_may_change = false;
};

void add_once(std::string text, std::vector<std::string>& into);

// Nothing: it passes, or what happens is not certain, and `into` has the rules that may act.
// `certainly`: the segment certainly comes into this chain, as it is described.
std::optional<RuleThatEnds> walk(const Ruleset& ruleset, const Table& table,
                                 const nlohmann::json& base_chain, const SegmentAtHook& segment,
                                 bool certainly, OnWay& into);

}  // namespace lab::filter
