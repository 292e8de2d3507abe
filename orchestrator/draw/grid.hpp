// SPDX-License-Identifier: MIT
//
// One line of a drawing that is put together from pieces at columns, each over those
// that were there: posts first, then what crosses them, then words.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "draw/page.hpp"

namespace lab::draw {

// Words, each in its ink.
using Inked = std::vector<std::pair<std::string, Ink>>;

std::size_t columns(const Inked& text);
// Breaks at blanks into lines of at most `width` columns; none for an empty text.
std::vector<Inked> wrapped(const Inked& text, std::size_t width);

class Grid {
 public:
  explicit Grid(std::size_t width) : cells_(width) {}

  // From this column on; what would stand beyond the last one is cut off.
  void put(std::size_t column, std::string_view text, Ink ink = Ink::plain);
  void put(std::size_t column, const Inked& text);
  // So that it ends before this column.
  void put_before(std::size_t end, const Inked& text);
  // Columns [begin, end), each with this glyph.
  void fill(std::size_t begin, std::size_t end, std::string_view glyph, Ink ink = Ink::plain);
  std::string_view at(std::size_t column) const { return cells_[column].glyph; }
  std::size_t width() const { return cells_.size(); }
  void print(Page& page) const;

 private:
  struct Cell {
    std::string glyph = " ";  // one column wide
    Ink ink = Ink::plain;
  };
  std::vector<Cell> cells_;
};

}  // namespace lab::draw
