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
#include "record/netfilter_hook.hpp"
#include "record/packet.hpp"

namespace lab {

// A network namespace that the probe's segments may cross.
struct TracedPlace {
  std::string netns;                       // what --netns takes to mean it; empty: ours
  std::string name;                        // "network namespace web"
  std::vector<NetfilterHook> hooks = {};   // the rules there; none: nothing is traced
  std::vector<NetfilterHook> others = {};  // what besides rules may take a packet, untraced
  std::string why_not = {};  // why its rules were not traced; empty: they were, or there are none
  bool lost = false;         // some messages of the trace were lost
  // All that its nftables rules did to the segments was seen.
  bool complete() const { return why_not.empty() && !lost; }
};

// A message of nftables' trace (NFT_MSG_TRACE): a rule, or a base chain's policy, has decided.
struct TracedRule {
  std::size_t place = 0;     // in Probe::places
  std::uint32_t packet = 0;  // of one packet in that namespace; no other has the same number
  std::string family, table, chain;
  std::uint64_t handle = 0;  // of the rule; 0: the policy of the chain
  std::string verdict;       // "drop", "accept", "jump other"
  std::string text = {};     // the rule as nft prints it; empty: it is gone, or a policy
  // `answers`: synproxy, in the server's place; it takes each segment, and sends its own.
  enum class Action : std::uint8_t { none, rejects, redirects, proxies, answers };
  Action action = Action::none;  // what it does besides its verdict
  // The segment, as it was at the chain: translation changes it. Nothing: an ICMP error.
  std::optional<Segment> segment = {};
  // A chain of the lab's own table saw the packet ("input-last"): it came that far.
  bool own = false;

  bool drops() const { return verdict == "drop"; }
  bool queues() const { return verdict == "queue"; }   // to a program in user space (NFQUEUE)
  bool steals() const { return verdict == "stolen"; }  // another interface or synproxy has it
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

// A packet that came into a hook, and did not come out, though no rule of nftables dropped it.
struct LostInHook {
  std::size_t place = 0;
  std::string family;                    // of the hook: "ip", "ip6", "bridge", "netdev"
  std::string hook;                      // "input"
  std::string what;                      // the segment
  const TracedRule* taken_by = nullptr;  // the rule that queued or stole it; null: none
};
std::optional<LostInHook> lost_in_hook(const std::vector<TracedRule>& rules);

// The last rule or policy that dropped a segment, unless the same segment was sent again and let
// pass. Null: there is none.
const TracedRule* last_drop(const std::vector<TracedRule>& rules);

}  // namespace lab
