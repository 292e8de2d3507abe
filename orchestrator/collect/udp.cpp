// SPDX-License-Identifier: MIT
#include "collect/udp.hpp"

#include <arpa/inet.h>

#include <array>
#include <charconv>

#include "util/error.hpp"
#include "util/text.hpp"

namespace lab::collect {
namespace {

std::optional<std::uint32_t> from_hex(std::string_view digits) {
  std::uint32_t value = 0;
  const auto [end, error] =
      std::from_chars(digits.data(), digits.data() + digits.size(), value, 16);
  if (error != std::errc{} || end != digits.data() + digits.size()) return std::nullopt;
  return value;
}

// "0100007F:0035": each 32-bit word of the address as this machine reads it.
std::optional<Endpoint> endpoint_from(std::string_view word, Family family) {
  const std::size_t digits = family == Family::inet ? 8 : 32;
  if (word.size() != digits + 5 || word[digits] != ':') return std::nullopt;
  std::array<std::uint32_t, 4> bytes{};
  for (std::size_t at = 0; at < digits; at += 8) {
    const auto part = from_hex(word.substr(at, 8));
    if (!part) return std::nullopt;
    bytes[at / 8] = *part;
  }
  const auto port = from_hex(word.substr(digits + 1));
  if (!port) return std::nullopt;
  return Endpoint{Address::from_bytes(family, bytes.data()), static_cast<std::uint16_t>(*port)};
}

}  // namespace

// "  sl  local_address rem_address st tx:rx tr:when retrnsmt uid timeout inode …"
std::vector<UdpSocket> udp_from(std::string_view text, Family family, std::uint16_t port) {
  constexpr std::size_t local_at = 1, inode_at = 9;
  std::vector<UdpSocket> sockets;
  for (const std::string_view line : lines(text)) {
    const auto parts = words(line);
    if (parts.size() <= inode_at) continue;
    const auto local = endpoint_from(parts[local_at], family);
    const auto inode = to_integer<std::uint64_t>(parts[inode_at]);
    if (local && inode && local->port == port) sockets.push_back({*local, *inode});
  }
  return sockets;
}

std::vector<UdpSocket> udp_on_port(const Namespace& space, std::uint16_t port) {
  std::vector<UdpSocket> sockets;
  for (const auto& [family, path] : {std::pair(Family::inet, "/proc/thread-self/net/udp"),
                                     std::pair(Family::inet6, "/proc/thread-self/net/udp6")}) {
    try {
      const std::string text = in(space, [file = path] { return read_file(file); });
      for (auto& socket : udp_from(text, family, port)) sockets.push_back(std::move(socket));
    } catch (const SystemError& error) {
      if (error.error() != ENOENT) throw;
    }
  }
  return sockets;
}

}  // namespace lab::collect
