// SPDX-License-Identifier: MIT
#include "grade/fingerprint.hpp"

#include <fmt/format.h>

namespace lab::grade {

void Fingerprint::byte(std::uint8_t each) { value_ = (value_ ^ each) * 0x100000001b3; }

Fingerprint& Fingerprint::add(std::string_view text) {
  for (std::uint64_t size = text.size(), shift = 0; shift < 64; shift += 8)
    byte(static_cast<std::uint8_t>(size >> shift));
  for (const char each : text) byte(static_cast<std::uint8_t>(each));
  return *this;
}

std::string Fingerprint::text() const { return fmt::format("{:016x}", value_); }

}  // namespace lab::grade
