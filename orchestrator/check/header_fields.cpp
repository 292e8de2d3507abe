// SPDX-License-Identifier: MIT
#include "check/header_fields.hpp"

#include <net/ethernet.h>
#include <netinet/in.h>

#include <algorithm>
#include <span>

#include "record/tcp_options.hpp"
#include "util/big_endian.hpp"

namespace lab::check {
namespace {

using Bytes = std::span<const std::uint8_t>;

constexpr std::size_t ipv6_header = 40, tcp_header = 20;

std::vector<HeaderOption> options_in(Bytes bytes) {
  std::vector<HeaderOption> options;
  for (const RawTcpOption& option : split_tcp_options(bytes).options) {
    if (option.kind != static_cast<std::uint8_t>(TcpOptionKind::end))
      options.push_back({option.kind, {option.data.begin(), option.data.end()}});
    else if (std::ranges::any_of(option.data, [](std::uint8_t byte) { return byte != 0; }))
      options.push_back({option.kind, {}});
  }
  return options;
}

}  // namespace

std::optional<HeaderFields> header_fields(const Packet& packet) {
  if (packet.bytes.size() < ETH_HLEN + tcp_header) return std::nullopt;
  const Bytes ip = Bytes(packet.bytes).subspan(ETH_HLEN);
  const bool v4 = ip[0] >> 4 == 4;
  const std::size_t header = v4 ? std::size_t{4} * (ip[0] & 0x0f) : ipv6_header;
  if (ip.size() < header + tcp_header || ip[v4 ? 9 : 6] != IPPROTO_TCP) return std::nullopt;
  const Bytes tcp = ip.subspan(header);
  const std::size_t length = std::size_t{4} * (tcp[12] >> 4);
  if (length < tcp_header || tcp.size() < length) return std::nullopt;
  HeaderFields fields;
  fields.tos = v4 ? ip[1] : static_cast<std::uint8_t>((ip[0] & 0x0f) << 4 | ip[1] >> 4);
  fields.ttl = ip[v4 ? 8 : 7];
  fields.urgent = be16(tcp, 18);
  fields.ae = (tcp[12] & 1) != 0;
  fields.options = options_in(tcp.subspan(tcp_header, length - tcp_header));
  return fields;
}

}  // namespace lab::check
