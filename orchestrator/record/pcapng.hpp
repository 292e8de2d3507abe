// SPDX-License-Identifier: MIT
//
// The blocks of a pcapng file (draft-ietf-opsawg-pcapng, section 4), from
// values to bytes. Pure. A file is a section header, the interfaces, and then
// what refers to them.
//
// Little-endian on every machine: the section header says so. Texts
// are UTF-8; one that is empty is left out, and one that is longer than an
// option can be (65535 bytes) is cut.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "record/address.hpp"
#include "util/clock.hpp"

namespace lab::pcapng {

// 4.1, Section Header Block.
struct Section {
  std::string comment;
  std::string os;           // under which the packets were captured
  std::string application;  // which wrote the file
};

// 4.2, Interface Description Block. Link type Ethernet, no limit to a packet's
// length, times in nanoseconds.
struct Interface {
  std::string name;
  std::string description;
};

// 4.5, an entry of the Name Resolution Block.
struct HostName {
  Address address;
  std::string name;
};

enum class Direction : std::uint32_t { inbound = 1, outbound = 2 };  // 4.3.1, epb_flags

// 4.3, Enhanced Packet Block.
struct EnhancedPacket {
  std::uint32_t interface = 0;  // which of the interfaces so far, from 0
  Timestamp time = 0;
  std::span<const std::uint8_t> bytes;  // from the Ethernet header on
  std::uint32_t original_length = 0;    // on the link; not less than there are bytes
  Direction direction = Direction::inbound;
  std::string comment;
};

std::string block_of(const Section& section);
std::string block_of(const Interface& interface);
std::string block_of(const std::vector<HostName>& names);
std::string block_of(const EnhancedPacket& packet);

}  // namespace lab::pcapng
