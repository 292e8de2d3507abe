// SPDX-License-Identifier: MIT
//
// Styled text: what a terminal's page (page.hpp) and a drawing in SVG (svg.hpp) both
// print. Letters count as one column each; wide East Asian letters would be counted too
// narrow.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace lab::draw {

// What a piece of text means; a page turns it into a colour, SVG into a CSS class.
enum class Ink { plain, strong, faint, good, bad, doubtful, accent };

struct Span {
  std::string text;
  Ink ink = Ink::plain;
  std::string function = {};  // the kernel function that it names, for a link to its source
  bool operator==(const Span&) const = default;
};
using Text = std::vector<Span>;

// Columns that UTF-8 text fills.
std::size_t columns(std::string_view text);
std::size_t columns(const Text& text);

// Breaks at blanks into lines of at most `width` columns. A longer word keeps a line of
// its own and stays whole, so that it can be copied. No line for an empty text.
std::vector<Text> wrapped(const Text& text, std::size_t width);
// The same of plain text; one line, which is empty, for an empty text.
std::vector<std::string> wrapped(std::string_view text, std::size_t width);

// The first letters of a text that is longer than `most`, and an ellipsis.
std::string shortened(std::string_view text, std::size_t most);

// The next letter of UTF-8 text, all its bytes; removes it from `text`, which is not
// empty.
std::string_view next_letter(std::string_view& text);

}  // namespace lab::draw
