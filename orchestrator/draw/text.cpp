// SPDX-License-Identifier: MIT
#include "draw/text.hpp"

#include <algorithm>

#include "util/text.hpp"

namespace lab::draw {
namespace {

// Bytes 10xxxxxx continue a letter that an earlier byte began.
bool continues(char byte) { return (static_cast<unsigned char>(byte) & 0xc0) == 0x80; }

// `span` may be in `line`.
void append(Text& line, const Span& span, std::string_view text) {
  if (!line.empty() && line.back().ink == span.ink && line.back().function == span.function)
    line.back().text += text;
  else
    line.push_back({std::string(text), span.ink, span.function});
}

}  // namespace

std::size_t columns(std::string_view text) {
  return static_cast<std::size_t>(
      std::ranges::count_if(text, [](char b) { return !continues(b); }));
}

std::size_t columns(const Text& text) {
  std::size_t sum = 0;
  for (const Span& span : text) sum += columns(span.text);
  return sum;
}

std::vector<Text> wrapped(const Text& text, std::size_t width) {
  std::vector<Text> lines;
  std::size_t filled = 0;
  bool joined = true;  // the next word follows without a space
  for (const Span& span : text) {
    if (span.text.starts_with(' ')) joined = false;
    for (const std::string_view word : words(span.text)) {
      const std::size_t wide = columns(word);
      if (lines.empty() || (!joined && filled + 1 + wide > width)) {
        lines.emplace_back();
        filled = 0;
      }
      if (filled > 0 && !joined) {
        // The link of a function's name does not include the space after it.
        append(lines.back(), lines.back().back().function.empty() ? lines.back().back() : Span{},
               " ");
        ++filled;
      }
      append(lines.back(), span, word);
      filled += wide;
      joined = false;
    }
    joined = !span.text.ends_with(' ');
  }
  return lines;
}

std::vector<std::string> wrapped(std::string_view text, std::size_t width) {
  std::vector<std::string> lines;
  for (const Text& line : wrapped(Text{{std::string(text)}}, width))
    lines.push_back(line.front().text);
  if (lines.empty()) lines.emplace_back();
  return lines;
}

std::string shortened(std::string_view text, std::size_t most) {
  if (columns(text) <= most) return std::string(text);
  std::string result;
  for (std::size_t letters = 1; letters < most; ++letters) result += next_letter(text);
  return result + "…";
}

std::string_view next_letter(std::string_view& text) {
  const auto end = std::find_if_not(text.begin() + 1, text.end(), continues);
  const std::string_view letter(text.data(), static_cast<std::size_t>(end - text.begin()));
  text.remove_prefix(letter.size());
  return letter;
}

}  // namespace lab::draw
