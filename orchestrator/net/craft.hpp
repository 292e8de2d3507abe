// SPDX-License-Identifier: MIT
//
// The bytes of a packet that no socket sends, checksums and all: Ethernet, IPv4
// (RFC 791) or IPv6 (RFC 8200), and in it a TCP segment or an ICMP error. Pure.
// What is written here, capture/decode.hpp reads back.
#pragma once

#include <cstdint>
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

// RFC 1071. 0 over bytes that hold their own checksum.
std::uint16_t internet_checksum(std::span<const std::uint8_t> bytes);

// The segment with these data; its `length` is theirs and is not read. Options
// come in the order in which to_string() writes them; of their `kinds` nothing is
// read either. The IP header is as plain as it can be: no options, Don't Fragment,
// 64 hops. Throws UsageError when the options need more than a header has room
// for, or the whole more than an IP header can count.
FrameBytes tcp_frame(const Hop& hop, const Segment& segment, std::string_view data);

// What `source` says to `destination` about a packet, which begins with its IP
// header. As much of that is quoted as may be: 576 bytes in all over IPv4 (RFC
// 1812, 4.3.2.3), 1280 over IPv6 (RFC 4443, 2.4). `mtu` is told where the code
// carries one.
FrameBytes icmp_error_frame(const Hop& hop, const Address& source, const Address& destination,
                            IcmpCode code, std::uint32_t mtu, std::span<const std::uint8_t> about);

}  // namespace lab
