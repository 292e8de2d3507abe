// SPDX-License-Identifier: MIT
//
// Packets: their headers, and what an ICMP message quotes.
#include <fmt/format.h>

#include "packetdrill/grammar.hpp"
#include "yaml/yaml_node.hpp"

namespace lab::packetdrill {
namespace {

using yaml::Problem;
using Kind = Token::Kind;

constexpr std::int64_t most_u8 = UINT8_MAX, most_u16 = UINT16_MAX, most_u32 = UINT32_MAX;

std::uint16_t parse_u16(Cursor& cursor, std::string_view what) {
  return static_cast<std::uint16_t>(cursor.require_number(0, most_u16, what));
}
std::uint32_t parse_u32(Cursor& cursor, std::string_view what) {
  return static_cast<std::uint32_t>(cursor.require_number(0, most_u32, what));
}

void parse_ip_word(Cursor& cursor, IpInfo& info) {
  constexpr std::pair<std::string_view, int> codepoints[] = {
      {"noecn", 0}, {"ect1", 1}, {"ect0", 2}, {"ce", 3}};
  for (const auto& [word, bits] : codepoints)
    if (cursor.accept_word(word)) {
      info.ecn = bits;
      return;
    }
  if (cursor.accept_word("ect01"))
    info.any_ect = true;
  else if (cursor.accept_word("tos") || cursor.accept_word("class"))
    info.tos = static_cast<int>(cursor.require_number(0, most_u8, "a TOS"));
  else if (cursor.accept_word("ttl") || cursor.accept_word("hlim"))
    info.ttl = static_cast<int>(cursor.require_number(0, most_u8, "a TTL"));
  else if (cursor.accept_word("flowlabel"))
    info.flow_label = static_cast<std::uint32_t>(cursor.require_number(0, 0xfffff, "a flow label"));
  else
    cursor.refuse("noecn, ect0, ect1, ect01, ce, tos, class, ttl, hlim or flowlabel");
}

IpInfo parse_ip_info(Cursor& cursor) {
  IpInfo info;
  info.at = cursor.next().at;
  const bool round = cursor.accept_mark('(');
  if (!round && !cursor.accept_mark('[')) return info;
  do parse_ip_word(cursor, info);
  while (cursor.accept_mark(','));
  cursor.require_mark(round ? ')' : ']', "behind the IP header's values");
  return info;
}

// Skips the values of an outer header, up to its ":". They are not kept, because no packet with one
// can be played.
void skip_to_colon(Cursor& cursor) {
  while (!cursor.is_mark(':')) {
    if (cursor.is(Kind::end)) cursor.refuse("\":\" behind the outer header");
    cursor.take();
  }
  cursor.take();
}

void parse_outer_headers(Cursor& cursor, Packet& packet) {
  for (;;) {
    const bool outer = cursor.is_word("ipv4") || cursor.is_word("ipv6") || cursor.is_word("gre") ||
                       cursor.is_word("GREv0") || cursor.is_word("mpls");
    if (!outer) return;
    packet.outer.push_back(cursor.take().text);
    skip_to_colon(cursor);
  }
}

void parse_psp(Cursor& cursor, Packet& packet) {
  if (!cursor.accept_word("encap")) return;
  if (!cursor.accept_word("psp") || !cursor.accept_word("spi")) cursor.refuse("psp spi");
  cursor.require(Kind::integer, "an SPI");
  packet.outer.push_back("psp");
}

std::optional<Ports> parse_ports(Cursor& cursor) {
  if (!cursor.is(Kind::integer) || !cursor.is_mark('>', 1)) return std::nullopt;
  Ports ports;
  ports.source = parse_u16(cursor, "a port");
  cursor.take();
  ports.destination = parse_u16(cursor, "a port");
  return ports;
}

// Letters, and ".N" for the AccECN counter (ACE) N, which excludes E, W and A.
std::string parse_flags(Cursor& cursor) {
  const Position at = cursor.next().at;
  if (cursor.accept_mark('-')) return "";
  std::string flags;
  if (cursor.is(Kind::word)) flags = cursor.take().text;
  if (cursor.is(Kind::decimal))
    flags += cursor.take().text;
  else if (cursor.accept_mark('.'))
    flags += '.';
  if (flags.empty())
    cursor.refuse("TCP flags (letters of FSRP.UEWA, or \"-\": none), udp or icmp");
  if (const std::size_t wrong = flags.find_first_not_of("FSRP.UEWA01234567");
      wrong != std::string::npos)
    throw Problem(at, fmt::format("{} is no TCP flag; the letters are FSRP.UEWA", flags[wrong]));
  return flags;
}

struct Range {
  std::uint32_t sequence;
  std::uint16_t length;
};

// "1:1001(1000)"
Range parse_range(Cursor& cursor) {
  const Position at = cursor.next().at;
  const std::uint32_t begin = parse_u32(cursor, "a sequence number");
  cursor.require_mark(':', "between sequence numbers");
  const std::uint32_t end = parse_u32(cursor, "a sequence number");
  cursor.require_mark('(', "before the length");
  const std::uint16_t length = parse_u16(cursor, "a length");
  cursor.require_mark(')', "behind the length");
  if (static_cast<std::uint32_t>(begin + length) != end)
    throw Problem(at, fmt::format("{}:{}({}): from {} on, {} bytes end at {}", begin, end, length,
                                  begin, length, static_cast<std::uint32_t>(begin + length)));
  return {begin, length};
}

Tcp parse_tcp(Cursor& cursor) {
  Tcp tcp;
  tcp.flags = parse_flags(cursor);
  const Range range = parse_range(cursor);
  tcp.sequence = range.sequence;
  tcp.length = range.length;
  tcp.raw_sequence = cursor.accept_mark('!');
  if (cursor.accept_word("ack")) tcp.acknowledgment = parse_u32(cursor, "an acknowledgment number");
  if (cursor.accept_word("win")) tcp.window = parse_u16(cursor, "a window");
  if (cursor.accept_word("urg")) tcp.urgent = parse_u16(cursor, "an urgent pointer");
  tcp.options = parse_tcp_options(cursor);
  if (cursor.is_mark('/'))
    throw Problem(cursor.next().at, "TCP in UDP cannot be played: Linux does not have it");
  return tcp;
}

std::uint16_t parse_length(Cursor& cursor) {
  cursor.require_mark('(', "before the length");
  const std::uint16_t length = parse_u16(cursor, "a length");
  cursor.require_mark(')', "behind the length");
  return length;
}

std::optional<Quoted> parse_quoted(Cursor& cursor) {
  if (!cursor.accept_mark('[')) return std::nullopt;
  Quoted quoted;
  if (cursor.is_word("udp") || cursor.is_word("raw")) {
    quoted.protocol = cursor.take().text;
    quoted.length = parse_length(cursor);
  } else {
    const Range range = parse_range(cursor);
    quoted = {"tcp", range.sequence, range.length};
  }
  cursor.require_mark(']', "behind what the ICMP message quotes");
  return quoted;
}

Icmp parse_icmp(Cursor& cursor) {
  Icmp icmp;
  icmp.type = cursor.require(Kind::word, "an ICMP type").text;
  if (cursor.is(Kind::word) && !cursor.is_word("mtu") && !cursor.is_word("id"))
    icmp.code = cursor.take().text;
  if (cursor.accept_word("mtu")) icmp.mtu = parse_u32(cursor, "an MTU");
  if (cursor.accept_word("id")) icmp.id = parse_u32(cursor, "an ICMP identifier");
  icmp.quoted = parse_quoted(cursor);
  return icmp;
}

}  // namespace

Packet parse_packet(Cursor& cursor) {
  Packet packet;
  packet.direction = cursor.is_mark('<') ? Direction::inbound : Direction::outbound;
  const Position at = cursor.take().at;
  parse_outer_headers(cursor, packet);
  packet.ip = parse_ip_info(cursor);
  if (cursor.accept_word("icmp")) {
    packet.content = parse_icmp(cursor);
    return packet;
  }
  parse_psp(cursor, packet);
  if (cursor.accept_word("udp")) {
    packet.ports = parse_ports(cursor);
    packet.content = Udp{parse_length(cursor)};
    return packet;
  }
  packet.ports = parse_ports(cursor);
  packet.content = parse_tcp(cursor);
  const bool outbound = packet.direction == Direction::outbound;
  if (!outbound && !std::get<Tcp>(packet.content).options)
    throw Problem(at, "<...> is only for outbound packets: an inbound one needs its options");
  if (!outbound && packet.ip.any_ect)
    throw Problem(packet.ip.at, "ect01 is only for outbound packets; write ect0 or ect1");
  return packet;
}

}  // namespace lab::packetdrill
