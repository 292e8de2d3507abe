// SPDX-License-Identifier: MIT
//
// The page for drawings on a terminal: its glyphs, and lines that track their width.
#pragma once

#include <chrono>
#include <cstddef>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include "draw/style.hpp"
#include "draw/text.hpp"

namespace lab::draw {

// Each glyph has the same width in both sets, except for the three marks, the ellipsis and
// `becomes`.
struct Glyphs {
  std::string_view pass, fail, not_observed;  // the three outcomes of a check
  std::string_view horizontal, vertical, dashed;
  std::string_view right, left;  // arrow heads
  std::string_view top_left, top_right, bottom_left, bottom_right;
  std::string_view tee_left, tee_right;  // where a link meets a box
  std::string_view crossing, lost;
  std::string_view over;     // where an arrow crosses a post
  std::string_view waiting;  // where a packet is held
  std::string_view dotted;   // a waiting packet, and collapsed rows
  std::string_view change;   // where a socket changes its state
  std::string_view becomes;  // between two states
  std::string_view dot;      // between parts of a line
  std::string_view ellipsis;
  std::string_view cross;  // two lines
};

const Glyphs& glyphs_of(bool unicode);

// The escape sequences of a coloured page.
std::vector<std::string> color_sequences();

class Page {
 public:
  Page(std::ostream& out, const Style& style);
  std::size_t width() const { return width_; }
  const Glyphs& glyphs() const { return glyphs_; }
  std::string painted(std::string_view text, Ink ink) const;
  void blank() { out_ << '\n'; }
  // A heading with a blank line before it.
  void heading(std::string_view text, std::string_view remark = {});
  std::ostream& out() { return out_; }

 private:
  std::ostream& out_;
  bool color_;
  std::size_t width_;
  const Glyphs& glyphs_;
};

// Builds one line.
class Line {
 public:
  Line& add(std::string_view text, Ink ink = Ink::plain);
  // Continues at this column; if the line is already longer, after one space.
  Line& to(std::size_t column);
  // Continues so that text of this width ends before `column`.
  Line& to_right(std::size_t column, std::string_view text);
  // Repeats the glyph until the line fills this many columns.
  Line& fill(std::string_view glyph, std::size_t columns, Ink ink = Ink::plain);
  std::size_t columns() const { return columns_ + gap_; }
  void print(Page& page) const;

 private:
  Text pieces_;
  std::size_t columns_ = 0;
  std::size_t gap_ = 0;  // spaces before the next piece; pending, so that none trail
};

// Prints text after a label, with a hanging indent.
void print_hanging(Page& page, std::size_t indent, std::string_view label, std::size_t hang,
                   std::string_view text, Ink ink = Ink::plain);

// Prints text from the margin on; further lines are indented by two columns.
void print_wrapped(Page& page, std::string_view text, Ink ink = Ink::plain);

// "0.031 ms", from nanoseconds.
std::string milliseconds(long long nanoseconds);

// The same for longer times: "0.031 ms", "1.03 s", "12.3 s".
std::string duration(std::chrono::nanoseconds time);

}  // namespace lab::draw
