// SPDX-License-Identifier: MIT
#include "capture/decode.hpp"

#include <fmt/format.h>
#include <net/ethernet.h>
#include <netinet/ip_icmp.h>

#include <algorithm>
#include <optional>
#include <span>

#include "capture/tcp_options.hpp"
#include "util/big_endian.hpp"

namespace lab {
namespace {

using Bytes = std::span<const std::uint8_t>;

constexpr std::uint16_t ethertype_ipv4 = 0x0800, ethertype_arp = 0x0806, ethertype_ipv6 = 0x86dd;

// What an IP header says about its payload.
struct Payload {
  Address source;
  Address destination;
  int protocol = -1;       // IANA's protocol number
  bool is_start = false;   // false: a fragment after the first
  std::size_t length = 0;  // on the wire
  Bytes captured;          // the part of it that was captured
};

Bytes first(Bytes bytes, std::size_t count) { return bytes.first(std::min(bytes.size(), count)); }

// RFC 791, 3.1.
std::optional<Payload> ipv4_payload(Bytes packet) {
  if (packet.size() < 20 || packet[0] >> 4 != 4) return std::nullopt;
  const std::size_t header = std::size_t{4} * (packet[0] & 0x0f);
  // 0 means a length that 16 bits cannot hold (BIG TCP): use the captured length.
  const std::size_t total = be16(packet, 2) != 0 ? be16(packet, 2) : packet.size();
  if (header < 20 || total < header || packet.size() < header) return std::nullopt;
  Payload payload;
  payload.source = Address::from_bytes(Family::inet, &packet[12]);
  payload.destination = Address::from_bytes(Family::inet, &packet[16]);
  payload.protocol = packet[9];
  payload.is_start = (be16(packet, 6) & 0x1fff) == 0;
  payload.length = total - header;
  payload.captured = first(packet.subspan(header), payload.length);
  return payload;
}

// The extension headers that RFC 8200, 4 allows before the payload.
// Returns the length of the one at the beginning of `bytes`, 0 if unknown.
std::size_t extension_length(int kind, Bytes bytes) {
  if (kind == IPPROTO_FRAGMENT) return bytes.size() < 8 ? 0 : 8;
  if (bytes.size() < 2) return 0;
  if (kind == IPPROTO_AH) return std::size_t{4} * (bytes[1] + std::size_t{2});  // RFC 4302, 2.2
  return std::size_t{8} * (bytes[1] + std::size_t{1});
}

bool is_extension(int kind) {
  return kind == IPPROTO_HOPOPTS || kind == IPPROTO_ROUTING || kind == IPPROTO_FRAGMENT ||
         kind == IPPROTO_DSTOPTS || kind == IPPROTO_AH;
}

// RFC 8200, 3. Ends: every extension header takes at least 8 bytes.
std::optional<Payload> ipv6_payload(Bytes packet) {
  if (packet.size() < 40 || packet[0] >> 4 != 6) return std::nullopt;
  Payload payload;
  payload.source = Address::from_bytes(Family::inet6, &packet[8]);
  payload.destination = Address::from_bytes(Family::inet6, &packet[24]);
  payload.protocol = packet[6];
  payload.is_start = true;
  // 0 means a jumbogram (RFC 2675): use the captured length.
  payload.length = be16(packet, 4) != 0 ? be16(packet, 4) : packet.size() - 40;
  payload.captured = first(packet.subspan(40), payload.length);
  while (is_extension(payload.protocol)) {
    const std::size_t length = extension_length(payload.protocol, payload.captured);
    if (length == 0 || payload.captured.size() < length) return std::nullopt;
    if (payload.protocol == IPPROTO_FRAGMENT && be16(payload.captured, 2) >> 3 != 0)
      payload.is_start = false;
    payload.protocol = payload.captured[0];
    payload.captured = payload.captured.subspan(length);
    payload.length -= length;
    if (!payload.is_start) break;  // data from the middle of a packet
  }
  return payload;
}

// RFC 9293, 3.1.
std::optional<Segment> tcp_segment(const Payload& payload) {
  const Bytes bytes = payload.captured;
  if (!payload.is_start || bytes.size() < 20) return std::nullopt;
  const std::size_t header = std::size_t{4} * (bytes[12] >> 4);
  if (header < 20 || bytes.size() < header || payload.length < header) return std::nullopt;
  Segment segment;
  segment.source = {payload.source, be16(bytes, 0)};
  segment.destination = {payload.destination, be16(bytes, 2)};
  segment.sequence = be32(bytes, 4);
  segment.acknowledgment = be32(bytes, 8);
  segment.flags = TcpFlags::from_byte(bytes[13]);
  segment.window = be16(bytes, 14);
  segment.length = static_cast<std::uint32_t>(payload.length - header);
  segment.options = read_tcp_options(bytes.subspan(20, header - 20));
  return segment;
}

// What an ICMP error quotes: a packet of its own family, perhaps cut off (RFC
// 1812, 4.3.2.3; RFC 4443, 2.4).
std::optional<IcmpError::Quoted> quoted_segment(Family family, Bytes packet) {
  const auto payload = family == Family::inet ? ipv4_payload(packet) : ipv6_payload(packet);
  if (!payload || !payload->is_start || payload->protocol != IPPROTO_TCP) return std::nullopt;
  const Bytes bytes = payload->captured;
  if (bytes.size() < 8) return std::nullopt;
  return IcmpError::Quoted{
      {payload->source, be16(bytes, 0)}, {payload->destination, be16(bytes, 2)}, be32(bytes, 4)};
}

// Errors quote a packet; the other messages are requests and replies.
bool is_error(IcmpCode code, Family family) {
  if (family == Family::inet6) return code.type < 128;  // RFC 4443, 2.1
  switch (code.type) {
    case ICMP_DEST_UNREACH:
    case ICMP_SOURCE_QUENCH:
    case ICMP_REDIRECT:
    case ICMP_TIME_EXCEEDED:
    case ICMP_PARAMETERPROB:
      return true;  // RFC 1122, 3.2.2
    default:
      return false;
  }
}

std::optional<IcmpError> icmp_error(const Payload& payload) {
  const Family family = payload.source.family();
  const Bytes bytes = payload.captured;
  if (!payload.is_start || bytes.size() < 8) return std::nullopt;
  IcmpError error;
  error.code = {bytes[0], bytes[1]};
  if (!is_error(error.code, family)) return std::nullopt;
  error.source = payload.source;
  error.destination = payload.destination;
  if (carries_mtu(error.code, family))  // 16 bits of RFC 1191, 4; 32 of RFC 4443, 3.2
    error.mtu = family == Family::inet ? be16(bytes, 6) : be32(bytes, 4);
  error.about = quoted_segment(family, bytes.subspan(8));
  return error;
}

const char* protocol_name(int protocol) {
  switch (protocol) {
    case IPPROTO_TCP:
      return "tcp";
    case IPPROTO_UDP:
      return "udp";
    case IPPROTO_ICMP:
      return "icmp";
    case IPPROTO_ICMPV6:
      return "icmp6";
    default:
      return "ip";
  }
}

}  // namespace

void decode(Packet& packet) {
  packet.segment.reset();
  packet.icmp.reset();
  const Bytes frame(packet.bytes);
  if (frame.size() < ETH_HLEN) {
    packet.protocol = "truncated";
    return;
  }
  const std::uint16_t type = be16(frame, 12);
  if (type == ethertype_arp) {
    packet.protocol = "arp";
    return;
  }
  if (type != ethertype_ipv4 && type != ethertype_ipv6) {
    packet.protocol = fmt::format("{:#06x}", type);
    return;
  }
  const Bytes ip = frame.subspan(ETH_HLEN);
  const auto payload = type == ethertype_ipv4 ? ipv4_payload(ip) : ipv6_payload(ip);
  packet.protocol = payload ? protocol_name(payload->protocol) : "ip";
  if (!payload) return;
  if (payload->protocol == IPPROTO_TCP) packet.segment = tcp_segment(*payload);
  if (payload->protocol == (type == ethertype_ipv4 ? int{IPPROTO_ICMP} : int{IPPROTO_ICMPV6}))
    packet.icmp = icmp_error(*payload);
}

}  // namespace lab
