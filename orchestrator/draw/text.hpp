// SPDX-License-Identifier: MIT
//
// Styled text, for the terminal (page.hpp) and for SVG (svg.hpp). Each letter counts as one
// column, which is too few for wide East Asian letters.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace lab::draw {

// The meaning of a piece of text; a page maps it to a colour, SVG to a CSS class.
enum class Ink { plain, strong, faint, good, bad, doubtful, accent };

struct Span {
  std::string text;
  Ink ink = Ink::plain;
  std::string function = {};  // the kernel function that it names, for a link to its source
  bool operator==(const Span&) const = default;
};
using Text = std::vector<Span>;

// The width of UTF-8 text in columns.
std::size_t columns(std::string_view text);
std::size_t columns(const Text& text);

// Breaks text at spaces into lines of at most `width` columns. A longer word gets its own line
// and is not broken, so that it can be copied. An empty text gives no line.
std::vector<Text> wrapped(const Text& text, std::size_t width);
// The same for plain text; an empty text gives one empty line.
std::vector<std::string> wrapped(std::string_view text, std::size_t width);

// Shortens a text longer than `most` letters, with an ellipsis.
std::string shortened(std::string_view text, std::size_t most);

// Removes the first letter (all its bytes) from UTF-8 `text` and returns it. `text` must not be
// empty.
std::string_view next_letter(std::string_view& text);

}  // namespace lab::draw
