// SPDX-License-Identifier: MIT
//
// What a captured packet's headers say beyond a Segment: the fields of IP that a scenario can
// state, the urgent pointer, and every option in its place. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "record/packet.hpp"

namespace lab::check {

struct HeaderOption {
  std::uint8_t kind = 0;           // 0 and 1, the padding, too
  std::vector<std::uint8_t> data;  // without kind and length
};

struct HeaderFields {
  std::uint8_t tos = 0;  // IPv4's type of service, IPv6's traffic class
  std::uint8_t ttl = 0;  // IPv6's hop limit
  std::uint16_t urgent = 0;
  bool ae = false;  // the AE flag of accurate ECN
  // In their order. What follows an end (kind 0) is padding and left out, and so is the end itself
  // if only zeros follow it.
  std::vector<HeaderOption> options;
};

// Nothing: the packet's bytes do not contain a whole TCP header directly behind its IP header.
std::optional<HeaderFields> header_fields(const Packet& packet);

}  // namespace lab::check
