// SPDX-License-Identifier: MIT
#include "capture/checksum.hpp"

#include <net/ethernet.h>
#include <netinet/in.h>

#include <span>

#include "net/craft.hpp"
#include "util/big_endian.hpp"

namespace lab {
namespace {

using Bytes = std::span<const std::uint8_t>;

constexpr std::size_t ipv6_header = 40, tcp_header = 20;
constexpr std::size_t checksum_place = 16;  // in the TCP header

}  // namespace

void fill_checksum(std::vector<std::uint8_t>& frame) {
  if (frame.size() < ETH_HLEN + ipv6_header) return;
  const Bytes ip = Bytes(frame).subspan(ETH_HLEN);
  const bool v4 = ip[0] >> 4 == 4;
  const std::size_t header = v4 ? std::size_t{4} * (ip[0] & 0x0f) : ipv6_header;
  const std::size_t total = v4 ? be16(ip, 2) : ipv6_header + be16(ip, 4);
  const bool fragment = v4 && (be16(ip, 6) & 0x3fff) != 0;
  if (ip[v4 ? 9 : 6] != IPPROTO_TCP || fragment || total < header + tcp_header || ip.size() < total)
    return;
  const std::size_t place = ETH_HLEN + header + checksum_place;
  frame[place] = frame[place + 1] = 0;
  const std::size_t size = v4 ? 4 : 16, source = v4 ? 12 : 8;  // of addresses
  const std::uint16_t sum =
      transport_checksum(ip.subspan(source, size), ip.subspan(source + size, size), IPPROTO_TCP,
                         ip.subspan(header, total - header));
  frame[place] = static_cast<std::uint8_t>(sum >> 8);
  frame[place + 1] = static_cast<std::uint8_t>(sum);
}

}  // namespace lab
