// SPDX-License-Identifier: MIT
//
// Numbers in packets (big endian). Callers have checked that the bytes are there.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace lab {

inline std::uint16_t be16(std::span<const std::uint8_t> bytes, std::size_t at) {
  return static_cast<std::uint16_t>(bytes[at] << 8 | bytes[at + 1]);
}
inline std::uint32_t be32(std::span<const std::uint8_t> bytes, std::size_t at) {
  return static_cast<std::uint32_t>(be16(bytes, at)) << 16 | be16(bytes, at + 2);
}

}  // namespace lab
