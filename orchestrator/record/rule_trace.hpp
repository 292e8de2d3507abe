// SPDX-License-Identifier: MIT
//
// What the rules of firewalls did to the segments of a probe, and where address translation
// sent them: plain values.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "record/address.hpp"
#include "record/packet.hpp"

namespace lab {

// A network namespace that the probe's segments may cross.
struct TracedPlace {
  std::string netns;  // what --netns takes to mean it; empty: ours
  std::string name;   // "network namespace web"
  // What of netfilter is there, as Filters::netfilter. Empty: nothing, and nothing is traced.
  std::vector<std::string> hooks = {};
  std::string why_not = {};  // why its rules were not traced; empty: they were, or there are none
  bool lost = false;         // some messages of the trace were lost

  // There are rules of iptables-legacy, which nftables' trace does not show.
  bool has_legacy() const;
  // All that its nftables rules did to the segments was seen.
  bool complete() const { return why_not.empty() && !lost; }
};

// A message of nftables' trace (NFT_MSG_TRACE): a rule, or a base chain's policy, has decided.
struct TracedRule {
  std::size_t place = 0;     // in Probe::places
  std::uint32_t packet = 0;  // the same for one packet in one namespace (NFTA_TRACE_ID)
  std::string family, table, chain;
  std::uint64_t handle = 0;  // of the rule; 0: the policy of the chain
  std::string verdict;       // "drop", "accept", "jump other"
  std::string text = {};     // the rule as nft prints it; empty: it is gone, or a policy
  // The segment, as it was at the chain: translation changes it. Nothing: an ICMP error.
  std::optional<Segment> segment = {};
  // A chain of the lab's own table saw the packet ("input-last"): it came that far.
  bool own = false;

  bool drops() const { return verdict == "drop"; }
  // "inet filter input"
  std::string chain_name() const { return family + " " + table + " " + chain; }
  // "SYN 10.0.0.1:40000 > 10.0.0.2:80", "an ICMP error"
  std::string what() const;
};

// The lab's own chains: one at the beginning and one at the end of each hook.
inline constexpr std::string_view first_of_hook = "-first", last_of_hook = "-last";

// Where conntrack, or IPVS, has sent a connection.
struct Translation {
  std::string netns;                     // the namespace that did it
  std::string name;                      // in words
  std::string by;                        // "conntrack", "IPVS"
  Endpoint source, destination;          // before
  Endpoint new_source, new_destination;  // and after

  bool changes_destination() const { return destination != new_destination; }
};

// A packet that came into a hook, and neither came out at its end nor was dropped by a rule of
// nftables: something else at that hook took it.
struct LostInHook {
  std::size_t place = 0;
  std::string hook;  // "input"
  std::string what;  // the segment
};
std::optional<LostInHook> lost_in_hook(const std::vector<TracedRule>& rules);

// The last rule or policy that dropped a segment, unless the same segment was sent again and let
// pass. Null: there is none.
const TracedRule* last_drop(const std::vector<TracedRule>& rules);

}  // namespace lab
