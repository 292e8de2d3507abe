// SPDX-License-Identifier: MIT
#include "net/craft.hpp"

#include <fmt/format.h>
#include <netinet/in.h>

#include <algorithm>

#include "util/error.hpp"

namespace lab {
namespace {

using Bytes = std::span<const std::uint8_t>;

Bytes bytes_of(const Address& address) { return {address.bytes(), address.size()}; }

// Numbers in network order.
class Writer {
 public:
  void u8(std::uint8_t value) { bytes_.push_back(value); }
  void u16(std::uint16_t value) {
    u8(static_cast<std::uint8_t>(value >> 8));
    u8(static_cast<std::uint8_t>(value));
  }
  void u32(std::uint32_t value) {
    u16(static_cast<std::uint16_t>(value >> 16));
    u16(static_cast<std::uint16_t>(value));
  }
  template <typename Range>
  void all(const Range& range) {
    bytes_.insert(bytes_.end(), range.begin(), range.end());
  }
  void address(const Address& address) { all(bytes_of(address)); }

  // Overwrites a number that was written before.
  void put_u16(std::size_t place, std::uint16_t value) {
    bytes_[place] = static_cast<std::uint8_t>(value >> 8);
    bytes_[place + 1] = static_cast<std::uint8_t>(value);
  }

  std::size_t size() const { return bytes_.size(); }
  const FrameBytes& bytes() const { return bytes_; }

 private:
  FrameBytes bytes_;
};

void write_kind(Writer& into, TcpOptionKind kind, std::size_t data) {
  into.u8(static_cast<std::uint8_t>(kind));
  into.u8(static_cast<std::uint8_t>(2 + data));  // the length counts these two as well
}

// The header ends at a multiple of four bytes (RFC 9293, 3.1).
FrameBytes padded(Writer& writer) {
  while (writer.size() % 4 != 0) writer.u8(static_cast<std::uint8_t>(TcpOptionKind::end));
  if (writer.size() > most_option_bytes)
    throw UsageError(fmt::format("the options take {} bytes; a TCP header has room for {}",
                                 writer.size(), most_option_bytes));
  return writer.bytes();
}

FrameBytes padded(const FrameBytes& options) {
  Writer writer;
  writer.all(options);
  return padded(writer);
}

FrameBytes option_bytes(const TcpOptions& options) {
  Writer writer;
  if (options.mss) {
    write_kind(writer, TcpOptionKind::mss, 2);
    writer.u16(*options.mss);
  }
  if (options.sack_permitted) write_kind(writer, TcpOptionKind::sack_permitted, 0);
  if (options.timestamps) {
    write_kind(writer, TcpOptionKind::timestamps, 8);
    writer.u32(options.timestamps->value);
    writer.u32(options.timestamps->echo);
  }
  if (options.window_scale) {
    write_kind(writer, TcpOptionKind::window_scale, 1);
    writer.u8(*options.window_scale);
  }
  if (options.fastopen_cookie) {
    write_kind(writer, TcpOptionKind::fastopen_cookie, options.fastopen_cookie->size());
    writer.all(*options.fastopen_cookie);
  }
  if (!options.sack.empty()) {
    write_kind(writer, TcpOptionKind::sack, 8 * options.sack.size());
    for (const SackBlock& block : options.sack) {
      writer.u32(block.left);
      writer.u32(block.right);
    }
  }
  return padded(writer);
}

constexpr std::size_t ipv4_header_bytes = 20, ipv6_header_bytes = 40, icmp_header_bytes = 8;

FrameBytes ipv4_header(const Address& source, const Address& destination, std::uint8_t protocol,
                       std::size_t payload, const HeaderValues& values) {
  constexpr std::uint8_t version_and_words = 4 << 4 | ipv4_header_bytes / 4;
  constexpr std::uint16_t dont_fragment = 0x4000;
  constexpr std::size_t checksum = 10;
  Writer writer;
  writer.u8(version_and_words);
  writer.u8(values.tos);
  writer.u16(static_cast<std::uint16_t>(ipv4_header_bytes + payload));
  writer.u16(0);  // identification: means nothing with Don't Fragment (RFC 6864, 4)
  writer.u16(dont_fragment);
  writer.u8(values.hops);
  writer.u8(protocol);
  writer.u16(0);  // checksum
  writer.address(source);
  writer.address(destination);
  writer.put_u16(checksum, internet_checksum(writer.bytes()));
  return writer.bytes();
}

FrameBytes ipv6_header(const Address& source, const Address& destination, std::uint8_t protocol,
                       std::size_t payload, const HeaderValues& values) {
  Writer writer;
  writer.u32(6U << 28 | std::uint32_t{values.tos} << 20);  // version, traffic class; no flow label
  writer.u16(static_cast<std::uint16_t>(payload));
  writer.u8(protocol);
  writer.u8(values.hops);
  writer.address(source);
  writer.address(destination);
  return writer.bytes();
}

FrameBytes frame(const Hop& hop, const Address& source, const Address& destination,
                 std::uint8_t protocol, const FrameBytes& payload,
                 const HeaderValues& values = {}) {
  constexpr std::size_t countable = 65535;
  const bool v4 = source.family() == Family::inet;
  if (payload.size() + (v4 ? ipv4_header_bytes : 0) > countable)
    throw UsageError(fmt::format("{} bytes do not fit into one IP packet", payload.size()));
  Writer writer;
  writer.all(hop.to.bytes);
  writer.all(hop.from.bytes);
  writer.u16(v4 ? 0x0800 : 0x86dd);  // EtherType
  writer.all(v4 ? ipv4_header(source, destination, protocol, payload.size(), values)
                : ipv6_header(source, destination, protocol, payload.size(), values));
  writer.all(payload);
  return writer.bytes();
}

}  // namespace

std::uint16_t internet_checksum(Bytes bytes) {
  std::uint64_t sum = 0;
  for (std::size_t at = 0; at < bytes.size(); ++at)
    sum += at % 2 == 0 ? std::uint64_t{bytes[at]} << 8 : bytes[at];
  while (sum >> 16 != 0) sum = (sum & 0xffff) + (sum >> 16);
  return static_cast<std::uint16_t>(~sum);
}

std::uint16_t transport_checksum(Bytes source, Bytes destination, std::uint8_t protocol,
                                 Bytes payload) {
  // IPv4's pseudo-header has one byte for the protocol and two for the length, but the sum of its
  // 16-bit words is the same.
  Writer summed;
  summed.all(source);
  summed.all(destination);
  summed.u32(static_cast<std::uint32_t>(payload.size()));
  summed.u32(protocol);
  summed.all(payload);
  return internet_checksum(summed.bytes());
}

FrameBytes tcp_frame(const Hop& hop, const Segment& segment, std::string_view data,
                     const HeaderValues& values) {
  constexpr std::size_t fixed_bytes = 20, checksum = 16;
  const FrameBytes options =
      values.options ? padded(*values.options) : option_bytes(segment.options);
  Writer writer;
  writer.u16(segment.source.port);
  writer.u16(segment.destination.port);
  writer.u32(segment.sequence);
  writer.u32(segment.acknowledgment);
  const std::size_t words = (fixed_bytes + options.size()) / 4;  // the data offset
  writer.u8(static_cast<std::uint8_t>(words << 4 | (values.ae ? 1 : 0)));
  writer.u8(segment.flags.byte());
  writer.u16(segment.window);
  writer.u16(0);  // checksum
  writer.u16(values.urgent);
  writer.all(options);
  writer.all(data);
  const Address& source = segment.source.address;
  const Address& destination = segment.destination.address;
  writer.put_u16(checksum, transport_checksum(bytes_of(source), bytes_of(destination), IPPROTO_TCP,
                                              writer.bytes()));
  return frame(hop, source, destination, IPPROTO_TCP, writer.bytes(), values);
}

void put_pseudo_header_sum(FrameBytes& frame) {
  constexpr std::size_t ethernet_bytes = 14, in_tcp = 16;
  const bool v4 = frame[ethernet_bytes] >> 4 == 4;
  const Bytes ip = Bytes(frame).subspan(ethernet_bytes);
  const std::size_t header = v4 ? std::size_t{4} * (ip[0] & 0x0f) : ipv6_header_bytes;
  Writer summed;
  summed.all(v4 ? ip.subspan(12, 8) : ip.subspan(8, 32));  // both addresses
  summed.u32(static_cast<std::uint32_t>(ip.size() - header));
  summed.u32(IPPROTO_TCP);
  const auto sum = static_cast<std::uint16_t>(~internet_checksum(summed.bytes()));
  const std::size_t at = ethernet_bytes + header + in_tcp;
  frame[at] = static_cast<std::uint8_t>(sum >> 8);
  frame[at + 1] = static_cast<std::uint8_t>(sum);
}

FrameBytes icmp_error_frame(const Hop& hop, const Address& source, const Address& destination,
                            IcmpCode code, std::uint32_t mtu, Bytes about) {
  constexpr std::size_t checksum = 2;
  const bool v4 = source.family() == Family::inet;
  const std::size_t room = v4 ? 576 - ipv4_header_bytes - icmp_header_bytes
                              : 1280 - ipv6_header_bytes - icmp_header_bytes;
  Writer writer;
  writer.u8(code.type);
  writer.u8(code.code);
  writer.u16(0);  // checksum
  // Over IPv4 the MTU is in the lower half of a word that was unused (RFC 1191, 4).
  writer.u32(carries_mtu(code, source.family()) ? mtu : 0);
  writer.all(about.first(std::min(about.size(), room)));
  // ICMPv6 covers the addresses (RFC 4443, 2.3), ICMP does not.
  const auto protocol = static_cast<std::uint8_t>(v4 ? int{IPPROTO_ICMP} : int{IPPROTO_ICMPV6});
  writer.put_u16(checksum, v4 ? internet_checksum(writer.bytes())
                              : transport_checksum(bytes_of(source), bytes_of(destination),
                                                   protocol, writer.bytes()));
  return frame(hop, source, destination, protocol, writer.bytes());
}

}  // namespace lab
