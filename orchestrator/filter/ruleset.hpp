// SPDX-License-Identifier: MIT
//
// The rules of nftables that may drop, refuse or redirect a segment, by reading them. What
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

// `as_json`: libnftables-json(5)'s list of the ruleset. `with_handles`: as `nft -a` prints it, for
// the rules' texts. The result is in words: "rule 'tcp dport 80 drop' (handle 4) of chain
// inet filter input". Throws nlohmann::json::exception for what is no such list.
std::vector<std::string> rules_that_may_act(const std::string& as_json,
                                            const std::string& with_handles,
                                            const std::vector<SegmentOnWay>& ways);

}  // namespace lab::filter
