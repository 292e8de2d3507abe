// SPDX-License-Identifier: MIT
//
// The bytes of a packet that no socket sends, checksums and all: Ethernet, IPv4
// (RFC 791) or IPv6 (RFC 8200), and in it a TCP segment or an ICMP error. Pure.
// capture/decode.hpp is the inverse.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "net/mac.hpp"
#include "record/icmp.hpp"
#include "record/packet.hpp"

namespace lab {

using FrameBytes = std::vector<std::uint8_t>;

// Which interface sends a frame to which.
struct Hop {
  Mac from;
  Mac to;
};

// What a packet's headers contain besides a Segment.
struct HeaderValues {
  std::uint8_t tos = 0;  // IPv4's type of service, IPv6's traffic class
  std::uint8_t hops = 64;
  std::uint16_t urgent = 0;  // the urgent pointer
  bool ae = false;           // the AE flag of accurate ECN, before CWR and ECE
  // The bytes of the TCP options instead of the segment's, without padding.
  std::optional<FrameBytes> options = std::nullopt;
};

// RFC 1071. 0 for bytes that contain their own checksum.
std::uint16_t internet_checksum(std::span<const std::uint8_t> bytes);

// The checksum of a TCP segment or an ICMPv6 message. It covers a pseudo-header as well, so that a
// misdelivered packet is noticed (RFC 9293, 3.1; RFC 8200, 8.1). `source` and `destination` are
// IPv4 or IPv6 addresses. 0 for a payload that contains its own checksum.
std::uint16_t transport_checksum(std::span<const std::uint8_t> source,
                                 std::span<const std::uint8_t> destination, std::uint8_t protocol,
                                 std::span<const std::uint8_t> payload);

// The segment with this data; its `length` and the options' `kinds` are ignored. Options
// come in the order in which to_string() writes them. The IP header is plain: no
// options, Don't Fragment. Throws UsageError when the options do not fit
// into a TCP header, or the whole does not fit into an IP packet.
FrameBytes tcp_frame(const Hop& hop, const Segment& segment, std::string_view data,
                     const HeaderValues& values = {});

// Replaces the checksum of a TCP frame by the sum of its pseudo-header: what a device that computes
// checksums expects there (linux/skbuff.h, CHECKSUM_PARTIAL).
void put_pseudo_header_sum(FrameBytes& frame);

// The ICMP error that `source` sends to `destination` about a packet, which begins with
// its IP header. It quotes as much of that as is allowed: 576 bytes in all over IPv4
// (RFC 1812, 4.3.2.3), 1280 over IPv6 (RFC 4443, 2.4). `mtu` is included where the code
// has one.
FrameBytes icmp_error_frame(const Hop& hop, const Address& source, const Address& destination,
                            IcmpCode code, std::uint32_t mtu, std::span<const std::uint8_t> about);

}  // namespace lab
