// SPDX-License-Identifier: MIT
//
// Hand-made probes of which the packets were captured.
#pragma once

#include "unit/explain/probes.hpp"

namespace lab::explain {

inline Diagnosis acceptance() { return predicted(Answer::syn_ack, "listening"); }
inline Diagnosis refusal() { return predicted(Answer::rst, "nothing-bound"); }

inline Packet captured(const char* host, bool outgoing, const char* source, const char* destination,
                       const char* flags) {
  Packet packet;
  packet.host = host;
  packet.outgoing = outgoing;
  packet.segment = Segment{at(source), at(destination), *TcpFlags::parse(flags)};
  return packet;
}

// The SYN leaves the client, arrives at the server, and is answered with these flags.
inline Probe with_reply(int error, const char* flags) {
  Probe probe = with_error(error);
  probe.no_packets.clear();
  probe.no_trace = "tcp_lookup.ko is not loaded in this kernel";
  const char *client = "10.0.0.1:40000", *server = "10.0.0.2:8888";
  probe.packets = {captured(Probe::sender, true, client, server, "S"),
                   captured(Probe::here, false, client, server, "S")};
  if (!*flags) return probe;
  probe.packets.push_back(captured(Probe::here, true, server, client, flags));
  probe.packets.push_back(captured(Probe::sender, false, server, client, flags));
  return probe;
}

inline Probe with_icmp(int error, IcmpCode code, const char* from) {
  Probe probe = with_reply(error, "");
  Packet packet;
  packet.host = Probe::sender;
  packet.icmp = IcmpError{code, address(from), address("10.0.0.1"), 0,
                          IcmpError::Quoted{probe.source, probe.destination, 1}};
  probe.packets.push_back(packet);
  return probe;
}

inline const Filters no_filters{std::vector<std::string>{}, std::vector<std::string>{}};
inline const Filters a_firewall{std::vector<std::string>{"nftables inet t i (hook input)"},
                                std::vector<std::string>{}};

}  // namespace lab::explain
