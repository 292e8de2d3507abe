// SPDX-License-Identifier: MIT
//
// What the rules of nftables do to a SYN and to its answer, by reading them. What reading cannot
// tell (a limit, a set that packets change, a match of iptables' own) may match. Pure.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "filter/iptables_native.hpp"
#include "filter/rule_match.hpp"
#include "record/rule_that_ends.hpp"

namespace lab::filter {

// A segment on its way through the hooks of a namespace.
struct SegmentOnWay {
  SegmentAtHook segment;
  std::vector<std::string> hooks;  // in order: "prerouting", "input"
  bool first = true;               // of its connection: the only one that chains of NAT see
};

struct Ways {
  SegmentOnWay syn;
  std::optional<SegmentOnWay> answer = {};
  // What a rule that rejects the SYN sends back: a RST, an ICMP error. Nothing: it may not get to
  // the sender.
  std::optional<SegmentOnWay> reset = {}, icmp = {};
  // Without which the SYN does not leave: neighbour discovery, which rules see over IPv6, or ARP.
  std::vector<SegmentOnWay> discovery = {};
  // The same of the answer, where its next hop is not known yet; over IPv4, ARP.
  std::vector<SegmentOnWay> discovery_of_answer = {};
  // By which the one that sends the SYN here finds this host.
  std::vector<SegmentOnWay> discovery_by_sender = {};
  // The packets of tunnels in which the SYN or its answer is.
  std::vector<SegmentOnWay> outer_packets = {};
};

// Rules in words: "rule 'tcp dport 80 drop' (handle 4) of chain inet filter input".
struct RulesInTheWay {
  std::vector<std::string> acting = {};               // that may drop, refuse or redirect the SYN
  std::vector<std::string> acting_on_answer = {};     // or its answer
  std::vector<std::string> discovery_of_answer = {};  // or what finds its next hop
  std::vector<std::string> discovery_by_sender = {};  // or this host, for the SYN
  std::vector<std::string> outer_packets = {};        // or the packets of a tunnel around them
  std::vector<std::string> marking = {};  // that may set their mark, which policy rules look at
  // What certainly ends the SYN, or would end its answer.
  std::optional<RuleThatEnds> ends_syn = {}, ends_answer = {};
};

// `as_json`: libnftables-json(5)'s list of the ruleset. `with_handles`: as `nft -a` prints it, for
// the rules' texts. `parts`: what that list only names. Throws nlohmann::json::exception for what
// is no such list.
RulesInTheWay rules_that_may_act(const std::string& as_json, const std::string& with_handles,
                                 const Ways& ways, const IptablesParts& parts = {});

}  // namespace lab::filter
