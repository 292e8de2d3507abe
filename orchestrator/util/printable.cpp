// SPDX-License-Identifier: MIT
#include "util/printable.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>

namespace lab {

std::size_t utf8_length(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(text[i]); };
  const std::uint8_t lead = byte(0);
  if (lead < 0x80) return 1;
  const std::size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (lead < 0xC2 || lead > 0xF4 || text.size() < length) return 0;
  for (std::size_t i = 1; i < length; ++i)
    if ((byte(i) & 0xC0) != 0x80) return 0;
  // Overlong forms, surrogates, and what lies beyond U+10FFFF.
  if (lead == 0xE0 && byte(1) < 0xA0) return 0;
  if (lead == 0xED && byte(1) > 0x9F) return 0;
  if (lead == 0xF0 && byte(1) < 0x90) return 0;
  if (lead == 0xF4 && byte(1) > 0x8F) return 0;
  return length;
}

bool is_control(char32_t character) {
  const auto between = [character](char32_t first, char32_t last) {
    return character >= first && character <= last;
  };
  return character < 0x20 || between(0x7F, 0x9F) || character == 0x061C ||
         between(0x200E, 0x200F) || between(0x2028, 0x202E) || between(0x2066, 0x2069);
}

char32_t code_point(std::string_view text, std::size_t length) {
  constexpr std::uint8_t lead_bits[] = {0x7F, 0x1F, 0x0F, 0x07};
  char32_t character = static_cast<std::uint8_t>(text[0]) & lead_bits[length - 1];
  for (std::size_t i = 1; i < length; ++i)
    character = character << 6 | (static_cast<std::uint8_t>(text[i]) & 0x3F);
  return character;
}

std::string printable(std::string_view text) {
  std::string result;
  result.reserve(text.size());
  while (!text.empty()) {
    const std::size_t length = utf8_length(text);
    const char32_t character = length == 0 ? 0 : code_point(text, length);
    if (length == 0)
      result += fmt::format("\\x{:02x}", static_cast<std::uint8_t>(text[0]));
    else if (is_control(character) && character != '\n' && character != '\t')
      result += fmt::format("\\u{:04x}", static_cast<std::uint32_t>(character));
    else
      result += text.substr(0, length);
    text.remove_prefix(std::max<std::size_t>(length, 1));
  }
  return result;
}

std::string printable_line(std::string_view text) {
  std::string line = printable(text);
  std::ranges::replace(line, '\n', ' ');
  std::ranges::replace(line, '\t', ' ');
  return line;
}

}  // namespace lab
