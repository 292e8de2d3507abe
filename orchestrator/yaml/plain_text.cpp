// SPDX-License-Identifier: MIT
#include "yaml/plain_text.hpp"

#include <fmt/format.h>

#include <cstdint>

#include "yaml/yaml_node.hpp"

namespace lab::yaml {
namespace {

// How many bytes the character has that begins here; 0 if it is not UTF-8
// (RFC 3629, section 4).
std::size_t character_length(std::string_view text) {
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

bool is_control(char c) {
  const auto byte = static_cast<std::uint8_t>(c);
  return (byte < 0x20 && c != '\t' && c != '\n' && c != '\r') || byte == 0x7F;
}

}  // namespace

void require_plain_text(std::string_view text) {
  Position at{1, 1};
  while (!text.empty()) {
    const std::size_t length = character_length(text);
    const auto byte = static_cast<std::uint8_t>(text[0]);
    if (length == 0)
      throw Problem(at, fmt::format("byte 0x{:02x} is not UTF-8; save the file as UTF-8", byte));
    if (is_control(text[0]))
      throw Problem(at, fmt::format("control character 0x{:02x}; remove it", byte));
    at = text[0] == '\n' ? Position{at.line + 1, 1} : Position{at.line, at.column + 1};
    text.remove_prefix(length);
  }
}

}  // namespace lab::yaml
