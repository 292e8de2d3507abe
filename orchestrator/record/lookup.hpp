// SPDX-License-Identifier: MIT
//
// The module's answer to "what would a SYN with this 4-tuple meet?", step by
// step as the receive path takes them (include/tcp_lookup/contract.h).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "record/address.hpp"
#include "record/lookup_words.hpp"
#include "record/row.hpp"

namespace lab {

struct Tuple {
  Endpoint source;
  Endpoint destination;
  std::string device;  // the interface it arrives on; empty: not given

  bool operator==(const Tuple&) const = default;
};

struct LookupStep {
  LookupStepName step = LookupStepName::ehash;
  LookupResult result = LookupResult::skipped;
  std::optional<std::uint32_t> bucket;
  std::optional<std::uint32_t> walked;  // sockets compared in that bucket
  std::optional<int> score;             // compute_score(), listeners only
  std::optional<Row> socket;            // what was found

  bool operator==(const LookupStep&) const = default;
};

struct LookupAnswer {
  Tuple tuple;
  std::vector<LookupStep> steps;
  LookupVerdict verdict = LookupVerdict::rst;
  std::string handler;  // the kernel function that deals with the segment
  bool agrees = false;  // the module's own walk and the kernel's functions found the same
  std::string caveat;   // why a live segment may get another answer; empty: none known

  const LookupStep* find(LookupStepName step) const;
  bool operator==(const LookupAnswer&) const = default;
};

}  // namespace lab
