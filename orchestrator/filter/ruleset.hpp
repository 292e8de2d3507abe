// SPDX-License-Identifier: MIT
//
// The rules of nftables that may drop, refuse, redirect or mark a segment, by reading them. What
// reading cannot tell (a limit, a set that packets change, a match of iptables' own) may match.
// Pure.
#pragma once

#include <string>
#include <vector>

#include "filter/rule_match.hpp"

namespace lab::filter {

// A segment on its way through the hooks of a namespace.
struct SegmentOnWay {
  SegmentAtHook segment;
  std::vector<std::string> hooks;  // "prerouting", "input"
  bool first = true;               // of its connection: the only one that chains of NAT see
};

// Rules in words: "rule 'tcp dport 80 drop' (handle 4) of chain inet filter input".
struct RulesInTheWay {
  std::vector<std::string> acting;   // that may drop, refuse or redirect the segment
  std::vector<std::string> marking;  // that may set its mark, which policy rules look at
};

// `as_json`: libnftables-json(5)'s list of the ruleset. `with_handles`: as `nft -a` prints it, for
// the rules' texts. Throws nlohmann::json::exception for what is no such list.
RulesInTheWay rules_that_may_act(const std::string& as_json, const std::string& with_handles,
                                 const std::vector<SegmentOnWay>& ways);

}  // namespace lab::filter
