// SPDX-License-Identifier: MIT
#include "net/mac.hpp"

#include <fmt/format.h>

namespace lab {

Mac Mac::numbered(std::uint32_t number) {
  return {{0x02, 0, 0, static_cast<std::uint8_t>(number >> 16),
           static_cast<std::uint8_t>(number >> 8), static_cast<std::uint8_t>(number)}};
}

std::string Mac::str() const {
  return fmt::format("{:02x}:{:02x}:{:02x}:{:02x}:{:02x}:{:02x}", bytes[0], bytes[1], bytes[2],
                     bytes[3], bytes[4], bytes[5]);
}

}  // namespace lab
