// SPDX-License-Identifier: MIT
#include "check/header_fields.hpp"

#include <netinet/in.h>

#include <algorithm>
#include <span>

#include "record/tcp_options.hpp"

namespace lab::check {
namespace {

using Bytes = std::span<const std::uint8_t>;

constexpr std::size_t ethernet_header = 14, ipv6_header = 40, tcp_header = 20;

std::uint16_t number_at(Bytes bytes, std::size_t at) {
  return static_cast<std::uint16_t>(bytes[at] << 8 | bytes[at + 1]);
}

// RFC 9293, section 3.1. Stops at an option of an impossible length.
std::vector<HeaderOption> options_in(Bytes bytes) {
  std::vector<HeaderOption> options;
  while (!bytes.empty()) {
    const std::uint8_t kind = bytes[0];
    if (kind == static_cast<std::uint8_t>(TcpOptionKind::end)) {
      if (std::ranges::any_of(bytes, [](std::uint8_t byte) { return byte != 0; }))
        options.push_back({kind, {}});
      break;
    }
    std::size_t length = 1;
    if (kind != static_cast<std::uint8_t>(TcpOptionKind::nop)) {
      length = bytes.size() < 2 ? 0 : bytes[1];
      if (length < 2 || length > bytes.size()) break;
    }
    const Bytes data = length == 1 ? Bytes{} : bytes.subspan(2, length - 2);
    options.push_back({kind, {data.begin(), data.end()}});
    bytes = bytes.subspan(length);
  }
  return options;
}

}  // namespace

std::optional<HeaderFields> header_fields(const Packet& packet) {
  if (packet.bytes.size() < ethernet_header + tcp_header) return std::nullopt;
  const Bytes ip = Bytes(packet.bytes).subspan(ethernet_header);
  const bool v4 = ip[0] >> 4 == 4;
  const std::size_t header = v4 ? std::size_t{4} * (ip[0] & 0x0f) : ipv6_header;
  if (ip.size() < header + tcp_header || ip[v4 ? 9 : 6] != IPPROTO_TCP) return std::nullopt;
  const Bytes tcp = ip.subspan(header);
  const std::size_t length = std::size_t{4} * (tcp[12] >> 4);
  if (length < tcp_header || tcp.size() < length) return std::nullopt;
  HeaderFields fields;
  fields.tos = v4 ? ip[1] : static_cast<std::uint8_t>((ip[0] & 0x0f) << 4 | ip[1] >> 4);
  fields.ttl = ip[v4 ? 8 : 7];
  fields.urgent = number_at(tcp, 18);
  fields.options = options_in(tcp.subspan(tcp_header, length - tcp_header));
  return fields;
}

}  // namespace lab::check
