// SPDX-License-Identifier: MIT
#include "record/address.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <algorithm>
#include <cstring>

#include "tcp_lookup/contract.h"
#include "util/text.hpp"

namespace lab {

std::string_view to_string(Family family) {
  return family == Family::inet ? TCP_LOOKUP_INET : TCP_LOOKUP_INET6;
}

std::string_view family_name(Family family) { return family == Family::inet ? "ipv4" : "ipv6"; }

std::string_view protocol_name(Family family) { return family == Family::inet ? "IPv4" : "IPv6"; }

std::optional<Family> family_from(std::string_view word) {
  if (word == TCP_LOOKUP_INET) return Family::inet;
  if (word == TCP_LOOKUP_INET6) return Family::inet6;
  return std::nullopt;
}

Address Address::any(Family family) {
  Address address;
  address.family_ = family;
  return address;
}

Address Address::loopback(Family family) {
  return *parse(family == Family::inet ? "127.0.0.1" : "::1");
}

Address Address::from_bytes(Family family, const void* network_order) {
  Address address = any(family);
  std::memcpy(address.bytes_.data(), network_order, address.size());
  return address;
}

std::optional<Address> Address::parse(std::string_view text) {
  const std::string terminated(text);
  for (const Family family : {Family::inet, Family::inet6}) {
    Address address = any(family);
    if (::inet_pton(static_cast<int>(family), terminated.c_str(), address.bytes_.data()) == 1)
      return address;
  }
  return std::nullopt;
}

bool Address::is_any() const {
  return std::all_of(bytes_.begin(), bytes_.end(), [](std::uint8_t byte) { return byte == 0; });
}

Address Address::mapped() const {
  if (family_ == Family::inet6) return *this;
  Address address = *parse("::ffff:0.0.0.0");
  std::copy_n(bytes_.begin(), size(), address.bytes_.end() - static_cast<std::ptrdiff_t>(size()));
  return address;
}

std::optional<Address> Address::unmapped() const {
  static const Address prefix = *parse("::ffff:0.0.0.0");
  constexpr std::ptrdiff_t prefix_size = 12;
  if (family_ != Family::inet6 ||
      !std::equal(bytes_.begin(), bytes_.begin() + prefix_size, prefix.bytes_.begin()))
    return std::nullopt;
  return from_bytes(Family::inet, bytes_.data() + prefix_size);
}

bool Address::is_loopback() const {
  constexpr std::uint8_t loopback_net = 127;
  const Address address = unmapped().value_or(*this);
  if (address.family_ == Family::inet) return address.bytes_[0] == loopback_net;
  return address == loopback(Family::inet6);
}

bool Address::has_prefix(const Address& prefix, int length) const {
  if (family_ != prefix.family_) return false;
  const int bits = std::clamp(length, 0, static_cast<int>(size()) * 8);
  const auto whole = static_cast<std::size_t>(bits / 8);
  if (!std::equal(bytes_.begin(), bytes_.begin() + bits / 8, prefix.bytes_.begin())) return false;
  const int rest = bits % 8;
  return rest == 0 || ((bytes_[whole] ^ prefix.bytes_[whole]) & (0xff << (8 - rest))) == 0;
}

bool Address::is_link_local() const {
  static const Address prefix = *parse("fe80::");
  constexpr int prefix_bits = 10;
  return has_prefix(prefix, prefix_bits);
}

std::string Address::str() const {
  std::array<char, INET6_ADDRSTRLEN> text;
  ::inet_ntop(static_cast<int>(family_), bytes_.data(), text.data(), text.size());
  return text.data();
}

std::optional<Endpoint> Endpoint::parse(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return std::nullopt;
  std::string_view host = text.substr(0, colon);
  const bool bracketed = host.size() >= 2 && host.front() == '[' && host.back() == ']';
  if (bracketed) host = host.substr(1, host.size() - 2);
  const auto address = Address::parse(host);
  const auto port = to_integer<std::uint16_t>(text.substr(colon + 1));
  if (!address || !port) return std::nullopt;
  if (bracketed != (address->family() == Family::inet6)) return std::nullopt;
  return Endpoint{*address, *port};
}

Endpoint Endpoint::from_sockaddr(const sockaddr_storage& from) {
  if (from.ss_family == AF_INET6) {
    const auto& in6 = reinterpret_cast<const sockaddr_in6&>(from);
    return {Address::from_bytes(Family::inet6, &in6.sin6_addr), ntohs(in6.sin6_port)};
  }
  const auto& in = reinterpret_cast<const sockaddr_in&>(from);
  return {Address::from_bytes(Family::inet, &in.sin_addr), ntohs(in.sin_port)};
}

socklen_t Endpoint::to_sockaddr(sockaddr_storage& into) const {
  into = {};
  into.ss_family = static_cast<sa_family_t>(address.family());
  if (address.family() == Family::inet6) {
    auto& in6 = reinterpret_cast<sockaddr_in6&>(into);
    std::memcpy(&in6.sin6_addr, address.bytes(), address.size());
    in6.sin6_port = htons(port);
    return sizeof in6;
  }
  auto& in = reinterpret_cast<sockaddr_in&>(into);
  std::memcpy(&in.sin_addr, address.bytes(), address.size());
  in.sin_port = htons(port);
  return sizeof in;
}

std::string Endpoint::str() const {
  return address.family() == Family::inet ? fmt::format("{}:{}", address.str(), port)
                                          : fmt::format("[{}]:{}", address.str(), port);
}

}  // namespace lab
