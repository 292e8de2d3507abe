// SPDX-License-Identifier: MIT
//
// The parts of diagnose(), in the order of the way of a SYN. Each adds the steps that it
// explains. A cause that needs more than a few lines has a file of its own, named after it.
#pragma once

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

#include "explain/diagnosis.hpp"

namespace lab::explain {

inline const Address& destination_of(const Facts& facts) {
  return facts.question.destination.address;
}
// By a socket of this namespace. Without a source connect() ends before it has one.
inline bool is_sent_here(const Facts& facts) {
  return facts.arrival.local_sender || !facts.question.source;
}

// Routing, and the sender's own socket. Nothing: the SYN reaches TCP here.
std::optional<Conclusion> before_tcp(const Facts& facts, Diagnosis& diagnosis);
// What becomes of a SYN that TCP here does not get, and the same in words.
struct Fate {
  Answer answer = Answer::nothing;
  std::string words;
};
// The destination is an address of this namespace, and yet not reached: own_address.cpp.
std::optional<Conclusion> own_address(const Facts& facts, const Fate& fate, Diagnosis& diagnosis);
// The sender has no address, or one that may not leave: unusable_source.cpp.
std::optional<Conclusion> no_source_address(const Facts& facts);
std::optional<Conclusion> loopback_source(const Facts& facts);
std::optional<Conclusion> source_cannot_be_bound(const Facts& facts);
// Of IPv6, which is off somewhere, or has no address: ipv6_off.cpp.
std::optional<Conclusion> no_ipv6_address(const Facts& facts);
std::optional<Conclusion> ipv6_off_where_it_leaves(const Facts& facts);
std::optional<Conclusion> ipv6_off_where_it_comes_in(const Facts& facts);
// Broadcast, multicast, anycast: not_unicast.cpp.
Conclusion not_unicast(const Facts& facts);
std::optional<Conclusion> anycast(const Facts& facts);
// The errno of an entry that refuses.
int errno_of(const Refusal& refusal);
// A route or rule that carries no packet, or none at all: refused_route.cpp.
std::optional<Conclusion> refused_route(const Facts& facts, Diagnosis& diagnosis);
// A route to others over lo: over_loopback.cpp.
std::optional<Conclusion> route_over_loopback(const Facts& facts, Diagnosis& diagnosis);
// Every ephemeral port is taken: no_free_port.cpp.
std::optional<Conclusion> no_free_port(const Facts& facts);
// The user of the sender's socket may not bind the source port: privileged_port.cpp.
std::optional<Conclusion> source_port_is_privileged(const Facts& facts);
// The source that was given cannot be had, by bind() or by connect(): source_in_use.cpp.
std::optional<Conclusion> source_is_held(const Facts& facts);
std::optional<Conclusion> source_in_use(const Facts& facts, Diagnosis& diagnosis);
// A policy of IPsec stops the SYN where it leaves, or where it comes in, or its answer: ipsec.cpp.
std::optional<Conclusion> stopped_on_the_way_out_by_ipsec(const Facts& facts, Diagnosis& diagnosis);
std::optional<Conclusion> stopped_on_the_way_in_by_ipsec(const Facts& facts, Diagnosis& diagnosis);
// The answer does not get back to the sender, or may not: return_path.cpp. The sender's address may
// be none of one host.
std::optional<Conclusion> source_is_of_many(const Facts& facts);
std::optional<Conclusion> no_return_path(const Facts& facts, Diagnosis& diagnosis);
// A rule of the firewall certainly ends the SYN at one of these hooks, or the answer that it would
// get: rule_ends.cpp.
inline constexpr const char* firewall_cause = "firewall";
std::optional<Conclusion> ended_by_rule(const Facts& facts,
                                        std::initializer_list<std::string_view> hooks);
std::optional<Conclusion> answer_ended_by_rule(const Facts& facts, const Conclusion& answered);
// It leaves by a port of a bridge or bond, on which no reply of its next hop comes in:
// next_hop.cpp.
std::optional<Conclusion> answer_leaves_by_port(const Facts& facts, const Conclusion& answered);
// Why ARP requests for the destination get no answer here, in words; "": they get one, or nobody
// asks. arp_reply.cpp.
std::string why_no_arp_reply(const Facts& facts);
// ", if 10.0.0.9 answers ARP (…)", where it has not been asked; else "".
std::string unless_it_is_silent(const Facts& facts);
// Of many hosts: 224.0.0.1, 255.255.255.255, ff02::1.
bool is_multicast(const Address& address);

// What the lookups found: `found` is the socket, null when there is none.
Conclusion at_connection(const Facts& facts, const Row& found, Diagnosis& diagnosis);
// `after_time_wait`: TIME-WAIT has given the SYN over to the listener.
Conclusion at_listener(const Facts& facts, const Row& found, Diagnosis& diagnosis,
                       bool after_time_wait = false);
// It drops the SYN for what it carries, or may: listener_refuses.cpp.
std::optional<Conclusion> listener_refuses(const Facts& facts, const Row& listener,
                                           Diagnosis& diagnosis);
Conclusion at_nobody(const Facts& facts, Diagnosis& diagnosis);

// By TCP.
inline bool is_refused(const Diagnosis& diagnosis) {
  return diagnosis.conclusion.answer == Answer::rst && diagnosis.conclusion.cause != firewall_cause;
}
// Beyond the first step, which is routing.
inline bool reached_tcp(const Diagnosis& diagnosis) { return diagnosis.steps.size() > 1; }

// What else is worth knowing, and what nobody could see.
void add_findings(const Facts& facts, Diagnosis& diagnosis);
void add_not_observed(const Facts& facts, Diagnosis& diagnosis);
// Whether what leaves finds its next hop, and the SYN this host (next_hop.cpp), and on which
// interface the SYN comes in (unknown_device.cpp).
void doubt_next_hop(const Facts& facts, Diagnosis& diagnosis);
void doubt_device(const Facts& facts, Diagnosis& diagnosis);
// Whether a rule drops the packets of a tunnel around the SYN or its answer (outer_packets.cpp).
void doubt_outer_packets(const Facts& facts, Diagnosis& diagnosis);
// So that each runs in the namespace of the question.
void complete_commands(const Facts& facts, Diagnosis& diagnosis);

}  // namespace lab::explain
