// SPDX-License-Identifier: MIT
//
// Packets as the tests write them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace lab {

// Hex digits in pairs; blanks and line ends are there for the eye.
inline std::vector<std::uint8_t> bytes(std::string_view hex) {
  std::string digits;
  for (const char c : hex)
    if (c != ' ' && c != '\n') digits += c;
  std::vector<std::uint8_t> result;
  for (std::size_t i = 0; i + 1 < digits.size(); i += 2)
    result.push_back(static_cast<std::uint8_t>(std::stoi(digits.substr(i, 2), nullptr, 16)));
  return result;
}

}  // namespace lab
