// SPDX-License-Identifier: MIT
//
// What all drawings on a terminal share: the page that they are drawn on, the glyphs
// that it can show, and lines that know how many columns they fill.
#pragma once

#include <chrono>
#include <cstddef>
#include <ostream>
#include <string>
#include <string_view>

#include "draw/style.hpp"
#include "draw/text.hpp"

namespace lab::draw {

// Every glyph of one set fills as many columns as its namesake in the other
// set, except for the three marks, the ellipsis and `becomes`.
struct Glyphs {
  std::string_view pass, fail, not_observed;  // the three outcomes of a check
  std::string_view horizontal, vertical, dashed;
  std::string_view right, left;  // heads of arrows
  std::string_view top_left, top_right, bottom_left, bottom_right;
  std::string_view tee_left, tee_right;  // where a link leaves a box
  std::string_view crossing, lost;
  std::string_view over;     // an arrow that passes over a post
  std::string_view waiting;  // where a packet is held back
  std::string_view dotted;   // what a packet waits along, and what is collapsed
  std::string_view change;   // a socket is in another state from here on
  std::string_view becomes;  // between two states
  std::string_view dot;      // between parts of a line
  std::string_view ellipsis;
  std::string_view cross;  // two lines
};

const Glyphs& glyphs_of(bool unicode);

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

// One line in the making.
class Line {
 public:
  Line& add(std::string_view text, Ink ink = Ink::plain);
  // Goes on at this column. When the line is there already, one blank follows.
  Line& to(std::size_t column);
  // Goes on so that text of this width ends before `column`.
  Line& to_right(std::size_t column, std::string_view text);
  // Repeats the glyph until the line fills this many columns.
  Line& fill(std::string_view glyph, std::size_t columns, Ink ink = Ink::plain);
  std::size_t columns() const { return columns_ + gap_; }
  void print(Page& page) const;

 private:
  Text pieces_;
  std::size_t columns_ = 0;
  std::size_t gap_ = 0;  // blanks owed before the next piece, so that none trail
};

// Prints text with a label before its first line; further lines hang below.
void print_hanging(Page& page, std::size_t indent, std::string_view label, std::size_t hang,
                   std::string_view text, Ink ink = Ink::plain);

// "0.031 ms" for people, from nanoseconds.
std::string milliseconds(long long nanoseconds);

// The same for what may take longer: "0.031 ms", "1.03 s", "12.3 s".
std::string duration(std::chrono::nanoseconds time);

}  // namespace lab::draw
