// SPDX-License-Identifier: MIT
#include "yaml/plain_text.hpp"

#include <fmt/format.h>

#include <cstdint>

#include "yaml/yaml_node.hpp"
#include "util/printable.hpp"

namespace lab::yaml {
void require_plain_text(std::string_view text) {
  Position at{1, 1};
  const auto is_printable_ascii = [](char c) { return c >= ' ' && c <= '~'; };
  while (!text.empty()) {
    if (is_printable_ascii(text[0])) {  // nearly every byte of nearly every file
      ++at.column;
      text.remove_prefix(1);
      continue;
    }
    const std::size_t length = utf8_length(text);
    const auto byte = static_cast<std::uint8_t>(text[0]);
    if (length == 0)
      throw Problem(at, fmt::format("byte 0x{:02x} is not UTF-8; save the file as UTF-8", byte));
    const char32_t character = code_point(text, length);
    const bool layout = character == '\t' || character == '\n' || character == '\r';
    if (is_control(character) && !layout)
      throw Problem(
          at, fmt::format("control character {}; remove it",
                          character < 0x80 ? fmt::format("0x{:02x}", byte)
                                           : fmt::format("U+{:04X}", std::uint32_t{character})));
    at = text[0] == '\n' ? Position{at.line + 1, 1} : Position{at.line, at.column + 1};
    text.remove_prefix(length);
  }
}

}  // namespace lab::yaml
