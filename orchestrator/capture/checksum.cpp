// SPDX-License-Identifier: MIT
#include "capture/checksum.hpp"

#include <net/ethernet.h>
#include <netinet/in.h>

#include <algorithm>
#include <span>

#include "capture/big_endian.hpp"
#include "net/craft.hpp"

namespace lab {
namespace {

using Bytes = std::span<const std::uint8_t>;

constexpr std::size_t ipv6_header = 40, tcp_header = 20;
constexpr std::size_t checksum_place = 16;  // in the TCP header

void append(std::vector<std::uint8_t>& into, Bytes bytes) {
  into.insert(into.end(), bytes.begin(), bytes.end());
}

// RFC 9293, 3.1: addresses, protocol and length, then the segment. `length` is in bytes.
std::uint16_t checksum_of(Bytes addresses, Bytes segment) {
  std::vector<std::uint8_t> summed;
  append(summed, addresses);
  const auto length = static_cast<std::uint32_t>(segment.size());
  for (const std::uint32_t word : {length, std::uint32_t{IPPROTO_TCP}})
    for (const int shift : {24, 16, 8, 0}) summed.push_back(static_cast<std::uint8_t>(word >> shift));
  append(summed, segment);
  return internet_checksum(summed);
}

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
  const std::uint16_t sum = checksum_of(v4 ? ip.subspan(12, 8) : ip.subspan(8, 32),
                                        ip.subspan(header, total - header));
  frame[place] = static_cast<std::uint8_t>(sum >> 8);
  frame[place + 1] = static_cast<std::uint8_t>(sum);
}

}  // namespace lab
