// SPDX-License-Identifier: MIT
#include "record/icmp.hpp"

#include <fmt/format.h>

#include <array>
#include <cerrno>

#include "util/text.hpp"

namespace lab {
namespace {

// Codes in one row mean the same in both families: a socket gets the same errno for
// them (icmp_err_convert[], icmpv6_err_convert()).
struct Error {
  std::string_view name;  // RFC 792; RFC 1191; RFC 1812, 5.2.7.1
  IcmpCode icmp;
  IcmpCode icmp6;  // RFC 4443, 3
};
constexpr std::array<Error, 6> errors{{
    {"net-unreachable", {3, 0}, {1, 0}},       // no route to destination
    {"host-unreachable", {3, 1}, {1, 3}},      // address unreachable
    {"protocol-unreachable", {3, 2}, {4, 1}},  // unrecognized next header type
    {"port-unreachable", {3, 3}, {1, 4}},
    {"frag-needed", {3, 4}, {2, 0}},  // packet too big
    {"admin-prohibited", {3, 13}, {1, 1}},
}};

IcmpCode code_in(const Error& error, Family family) {
  return family == Family::inet ? error.icmp : error.icmp6;
}

}  // namespace

std::optional<IcmpCode> icmp_code(std::string_view name, Family family) {
  for (const Error& error : errors)
    if (error.name == name) return code_in(error, family);
  // "type 3 code 9"
  const auto parts = words(name);
  if (parts.size() != 4 || parts[0] != "type" || parts[2] != "code") return std::nullopt;
  const auto type = to_integer<std::uint8_t>(parts[1]), code = to_integer<std::uint8_t>(parts[3]);
  if (!type || !code) return std::nullopt;
  return IcmpCode{*type, *code};
}

std::string icmp_name(IcmpCode code, Family family) {
  for (const Error& error : errors)
    if (code_in(error, family) == code) return std::string(error.name);
  return fmt::format("type {} code {}", code.type, code.code);
}

int icmp_errno(IcmpCode code, Family family) {
  if (family == Family::inet6) {
    // tab_unreach[]
    constexpr std::array<int, 7> unreachable{ENETUNREACH,  EACCES, EHOSTUNREACH, EHOSTUNREACH,
                                             ECONNREFUSED, EACCES, EACCES};
    if (code.type == 1) return code.code < unreachable.size() ? unreachable[code.code] : EPROTO;
    if (code.type == 3) return EHOSTUNREACH;
    // Packet too big only lowers the MTU (tcp_v6_err()). icmpv6_rcv() passes on errors of an
    // unknown type; RFC 4443, 2.1: from 128 on there are no errors, as a redirect is none.
    return code.type == 2 || code.type >= 128 ? 0 : EPROTO;
  }
  // 0: fragmentation needed; it only lowers the MTU.
  constexpr std::array<int, 16> unreachable{
      ENETUNREACH,  EHOSTUNREACH, ENOPROTOOPT,  ECONNREFUSED, 0,
      EOPNOTSUPP,   ENETUNREACH,  EHOSTDOWN,    ENONET,       ENETUNREACH,
      EHOSTUNREACH, ENETUNREACH,  EHOSTUNREACH, EHOSTUNREACH, EHOSTUNREACH,
      EHOSTUNREACH};
  if (code.type == 3) return code.code < unreachable.size() ? unreachable[code.code] : 0;
  if (code.type == 12) return EPROTO;
  // Not one of its fragments (icmp_unreach()), a redirect or a source quench (tcp_v4_err()).
  return code == IcmpCode{11, 0} ? EHOSTUNREACH : 0;
}

bool carries_mtu(IcmpCode code, Family family) { return code == icmp_code("frag-needed", family); }

}  // namespace lab
