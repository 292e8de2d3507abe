// SPDX-License-Identifier: MIT
//
// ICMP errors: what a host or router reports about a packet that it could not
// deliver. IPv4 and IPv6 number them differently; each error with a name here exists in
// both, so that a scenario can run over either.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "record/address.hpp"

namespace lab {

// Bytes 0 and 1 of an ICMP (RFC 792) or ICMPv6 (RFC 4443) header.
struct IcmpCode {
  std::uint8_t type = 0;
  std::uint8_t code = 0;
  bool operator==(const IcmpCode&) const = default;
};

// "port-unreachable" is type 3, code 3 of ICMP, and type 1, code 4 of ICMPv6.
// "type 3 code 9" is that in either family. Nothing: no such name.
std::optional<IcmpCode> icmp_code(std::string_view name, Family family);

// "type 3 code 9" for one that has no name here.
std::string icmp_name(IcmpCode code, Family family);

// What an ICMP error about its SYN makes of connect(): tcp_v4_err(), tcp_v6_err().
// 0: nothing; it goes on waiting.
int icmp_errno(IcmpCode code, Family family);

// Whether the code means "packet too big", and so carries the MTU.
bool carries_mtu(IcmpCode code, Family family);

// An error as it was captured.
struct IcmpError {
  IcmpCode code;
  Address source;  // its sender
  Address destination;
  std::uint32_t mtu = 0;  // bytes; only where carries_mtu()
  // The TCP segment that it quotes: its ends and sequence number.
  struct Quoted {
    Endpoint source;
    Endpoint destination;
    std::uint32_t sequence = 0;
    bool operator==(const Quoted&) const = default;
  };
  std::optional<Quoted> about;  // nothing: another protocol, or too little of it

  std::string name() const { return icmp_name(code, source.family()); }
  bool operator==(const IcmpError&) const = default;
};

}  // namespace lab
