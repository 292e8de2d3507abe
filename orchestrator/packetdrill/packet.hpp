// SPDX-License-Identifier: MIT
//
// A packet of a script, as it is written: "> S. 0:0(0) ack 1 win 65535 <mss 1460,sackOK>".
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "yaml/position.hpp"

namespace lab::packetdrill {

using yaml::Position;

enum class Direction { inbound, outbound };  // "<": to the stack under test; ">": from it

// "[ect0]", "(tos 0x10, flowlabel 0x1)", "[ttl 64]"
struct IpInfo {
  std::optional<int> ecn;  // the two bits of RFC 3168, section 5
  bool any_ect = false;    // ect01: ECT(0) or ECT(1)
  std::optional<int> tos, ttl;
  std::optional<std::uint32_t> flow_label;
  Position at;
};

struct Ports {
  std::uint16_t source = 0, destination = 0;
};

// One option of a list. `numbers`: mss, wscale: one; TS: value and echo; sack: the two edges of
// each block. `data`: hexadecimal, what follows kind and length of the others.
struct TcpOption {
  std::uint8_t kind = 0;
  std::vector<std::uint32_t> numbers;
  std::string data;
  Position at;
};

struct Tcp {
  std::string flags;  // letters of "FSRP.UEWA", or a digit: ACE; empty: none
  std::uint32_t sequence = 0;
  std::uint16_t length = 0;   // bytes of data
  bool raw_sequence = false;  // "0:0(0)!": as on the wire
  std::optional<std::uint32_t> acknowledgment;
  std::optional<std::uint16_t> window, urgent;
  std::optional<std::vector<TcpOption>> options;  // nothing: "<...>", whatever they are
};

struct Udp {
  std::uint16_t length = 0;  // bytes of data
};

// What an ICMP message quotes: "[1:1001(1000)]", "[udp (20)]", "[raw (20)]".
struct Quoted {
  std::string protocol;  // "tcp", "udp", "raw"
  std::uint32_t sequence = 0;
  std::uint16_t length = 0;
};

// "icmp unreachable frag_needed mtu 1200 [1:1001(1000)]"
struct Icmp {
  std::string type, code;  // words; no code: empty
  std::optional<std::uint32_t> mtu, id;
  std::optional<Quoted> quoted;
};

struct Packet {
  Direction direction = Direction::inbound;
  std::vector<std::string> outer;  // headers around it: "ipv4", "gre", "mpls", "psp"
  IpInfo ip;
  std::optional<Ports> ports;
  std::variant<Tcp, Udp, Icmp> content;
};

}  // namespace lab::packetdrill
