// SPDX-License-Identifier: MIT
//
// An IP address, and an address with a port, as plain values that sort,
// compare and print. IPv4-mapped IPv6 addresses stay IPv6 (::ffff:10.0.0.1):
// which of the two a socket was made for is something the lab shows.
#pragma once

#include <netinet/in.h>
#include <sys/socket.h>

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace lab {

enum class Family : std::uint8_t { inet = AF_INET, inet6 = AF_INET6 };

std::string_view to_string(Family family);      // "inet", "inet6"
std::string_view family_name(Family family);    // "ipv4", "ipv6", as an option takes it
std::string_view protocol_name(Family family);  // "IPv4", "IPv6", as a person reads it
std::optional<Family> family_from(std::string_view word);

class Address {
 public:
  Address() = default;                     // 0.0.0.0
  static Address any(Family family);       // INADDR_ANY, ::
  static Address loopback(Family family);  // 127.0.0.1, ::1
  static Address from_bytes(Family family, const void* network_order);
  // "10.0.0.1" or "fd00::1"; brackets are not accepted here.
  static std::optional<Address> parse(std::string_view text);

  Family family() const { return family_; }
  const std::uint8_t* bytes() const { return bytes_.data(); }  // network order
  std::size_t size() const { return family_ == Family::inet ? 4 : 16; }
  bool is_any() const;
  // The form of an IPv4 address on an IPv6 socket (RFC 4291, 2.5.5.2):
  // ::ffff:10.0.0.1. An IPv6 address is unchanged.
  Address mapped() const;
  // The IPv4 address that an IPv4-mapped one stands for; nothing: it is no such address.
  std::optional<Address> unmapped() const;
  // 127.0.0.0/8 (ipv4_is_loopback()), also IPv4-mapped, and ::1.
  bool is_loopback() const;
  // The first `length` bits are those of `prefix`. Never with another family; a length beyond
  // the address's own bits means all of them.
  bool has_prefix(const Address& prefix, int length) const;
  bool is_link_local() const;  // fe80::/10, which means nothing without an interface (RFC 4007)
  std::string str() const;

  auto operator<=>(const Address&) const = default;

 private:
  Family family_ = Family::inet;
  std::array<std::uint8_t, 16> bytes_{};
};

struct Endpoint {
  Address address;
  std::uint16_t port = 0;  // host order

  // "10.0.0.1:80", "[fd00::1]:80"
  static std::optional<Endpoint> parse(std::string_view text);
  static Endpoint from_sockaddr(const sockaddr_storage& from);
  // Fills `into`; returns its length for bind(2) and connect(2).
  socklen_t to_sockaddr(sockaddr_storage& into) const;
  std::string str() const;

  auto operator<=>(const Endpoint&) const = default;
};

}  // namespace lab
