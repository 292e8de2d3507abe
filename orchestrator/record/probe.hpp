// SPDX-License-Identifier: MIT
//
// One real SYN and what happened to it, as plain values.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "record/address.hpp"
#include "record/interface.hpp"
#include "record/packet.hpp"
#include "record/router_loss.hpp"
#include "record/rule_trace.hpp"
#include "record/trace.hpp"

namespace lab {

struct Probe {
  Endpoint source, destination;  // as it was sent
  std::string from;              // the namespace that sent it, in words
  // What --netns takes to mean the receiving and the sending namespace; empty: ours.
  std::string here_netns, sender_netns;
  // Of connect(): 0: connected; EINPROGRESS: no answer within `waited`.
  int error = 0;
  std::uint32_t retransmissions = 0;  // of the SYN, until then
  std::chrono::milliseconds waited{0};
  // The trace events of the receiving and the sending namespace meanwhile, by time.
  // TraceEvent::host is one of these.
  static constexpr const char* here = "here";
  static constexpr const char* sender = "sender";
  std::vector<TraceEvent> events;
  // The packets of the same two namespaces that are about it, in the order of their time.
  // Packet::host is as above; where both are one namespace, it is `here`.
  std::vector<Packet> packets;
  std::string no_packets;  // why there are none; empty: they were captured, and none was lost
  // The next hops to the destination, in the sending namespace, and to the source, in the
  // receiving one, if they do not answer ARP or neighbour discovery. Nothing: they do, or were
  // not asked, or both ends are one namespace.
  std::optional<SilentNeighbour> silent_towards_destination, silent_towards_source;
  // The first namespace of this machine, on the way of the SYN and on that of its answer, that does
  // not send it on. Asked only if connect() got no answer.
  std::optional<RouterLoss> loses_syn, loses_answer;
  // SNMP counters of the receiving namespace that grew meanwhile, and by how much.
  std::map<std::string, long> counted;
  std::string no_trace;          // why there is no trace; empty: there is one
  std::uint64_t trace_lost = 0;  // events that are missing in it
  // The namespaces that it may cross, what rules of nftables did in them, as the kernel reported
  // it, and where it was sent instead.
  std::vector<TracedPlace> places;
  std::vector<TracedRule> rules;
  std::vector<Translation> translations;
  std::string no_conntrack;  // why conntrack could not be asked; empty: it could, or is not used
  // The namespace of this machine that has the destination, after translation, and its --netns;
  // an empty name: none is known.
  std::string arrives_name, arrives_netns;
  std::uint32_t sent = 1;  // connections that were tried: a second to see more namespaces

  // NAT or IPVS has changed its destination.
  bool was_redirected() const;
  bool got_no_answer() const;
};

// The ends of its SYN as it was sent, and after each translation, in this order.
struct Ends {
  Endpoint source, destination;
  bool operator==(const Ends&) const = default;
};
std::vector<Ends> ends_of(const Probe& probe);

// The segments of the probe, each with its events, in the order in which they were
// sent: the SYN, its answers, and their answers.
struct ProbedSegment {
  std::uint64_t number = 0;
  std::string what;  // "SYN 10.0.0.1:40000 > 10.0.0.2:8888"
  std::vector<const TraceEvent*> events;
};
std::vector<ProbedSegment> segments_of(const Probe& probe);

}  // namespace lab
