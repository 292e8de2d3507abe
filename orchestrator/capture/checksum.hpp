// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <vector>

namespace lab {

// Fills in the checksum of a TCP segment, as the network card does for a packet that the kernel
// sends with CHECKSUM_PARTIAL. `frame` begins with its Ethernet header. Leaves it as it is if it is
// not a whole TCP segment directly behind an IP header.
void fill_checksum(std::vector<std::uint8_t>& frame);

}  // namespace lab
