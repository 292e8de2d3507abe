// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstdint>
#include <string>

namespace lab {

// A link-layer address. The lab chooses these itself, so that neighbours can be
// entered before any packet flows, and two runs give the same bytes.
struct Mac {
  std::array<std::uint8_t, 6> bytes{};

  // Locally administered, unicast (IEEE 802-2014, 8.4): 02:00:00:xx:xx:xx.
  static Mac numbered(std::uint32_t number);
  std::string str() const;  // "02:00:00:00:00:01"
  bool operator==(const Mac&) const = default;
};

}  // namespace lab
