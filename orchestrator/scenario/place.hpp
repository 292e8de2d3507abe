// SPDX-License-Identifier: MIT
//
// Positions in the file, and places on hosts. A scenario writes addresses by host name
// ("server:8888"); a run replaces them by real ones.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "record/packet.hpp"
#include "yaml/position.hpp"

namespace lab::scenario {

using yaml::Position;

// A literal number, or the value of an earlier Let step plus an offset: "8888", "$port",
// "$isn+1".
struct Number {
  std::int64_t number = 0;
  std::string value{};  // empty: only `number`
  bool operator==(const Number&) const = default;
  Number& operator=(std::int64_t plain) { return *this = Number{plain, ""}; }
};
std::string to_string(const Number& number);

// "server:8888", "server@eth1:8888"; host may also be one of the words below.
struct Place {
  std::string host;
  Number port{};
  std::string at{};  // its interface or one of its `addresses`; empty: its first
  bool operator==(const Place&) const = default;
};
std::string to_string(const Place& place);

// Words for addresses, in place of a host's name.
inline constexpr std::string_view any_word = "any";            // the wildcard of the play's family
inline constexpr std::string_view any4_word = "any4";          // 0.0.0.0
inline constexpr std::string_view any6_word = "any6";          // ::
inline constexpr std::string_view loopback_word = "loopback";  // 127.0.0.1, ::1
inline constexpr std::string_view nowhere_word = "nowhere";    // 192.0.2.1, 2001:db8::1: unused

// "S."; "-" if there are none.
std::string written_flags(const TcpFlags& flags);

// The words for the two ECN bits of an IP header; the index is their value (RFC 3168, section 5).
inline constexpr std::array<std::string_view, 4> ecn_words{"noect", "ect1", "ect0", "ce"};

// One segment by its ends and flags: "client:40000 > server:8888 S". Port 0: any.
struct PathSegment {
  Place from;
  Place to;
  TcpFlags flags;
  Position at;
};

}  // namespace lab::scenario
