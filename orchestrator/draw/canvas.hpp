// SPDX-License-Identifier: MIT
//
// Cells of characters on which a text drawing is put together in any order, each piece
// over what was there, before it goes to the page line by line.
#pragma once

#include <cstddef>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "draw/page.hpp"

namespace lab::draw {

// One line.
class CellRow {
 public:
  CellRow() = default;  // grows as it is written
  explicit CellRow(std::size_t width) : cells_(width, Cell{" "}), most_(width) {}

  // From this column on, one letter a cell. What would stand beyond the width is cut off.
  void put(std::size_t column, std::string_view text, Ink ink = Ink::plain);
  void put(std::size_t column, const Text& text);
  // So that it ends before this column.
  void put_before(std::size_t end, const Text& text);
  // Columns [begin, end), each with this glyph.
  void fill(std::size_t begin, std::size_t end, std::string_view glyph, Ink ink = Ink::plain);
  std::string_view at(std::size_t column) const { return cells_[column].glyph; }
  void print(Page& page) const;

 private:
  struct Cell {
    std::string glyph = {};  // empty: nobody has written here
    Ink ink = Ink::plain;
  };
  std::vector<Cell> cells_;
  std::size_t most_ = std::numeric_limits<std::size_t>::max();
};

// Lines below each other.
class Canvas {
 public:
  void put(std::size_t row, std::size_t column, std::string_view text, Ink ink = Ink::plain) {
    at(row).put(column, text, ink);
  }
  void fill(std::size_t row, std::size_t begin, std::size_t end, std::string_view glyph,
            Ink ink = Ink::plain) {
    at(row).fill(begin, end, glyph, ink);
  }
  void print(Page& page) const {
    for (const CellRow& row : rows_) row.print(page);
  }

 private:
  CellRow& at(std::size_t row) {
    if (rows_.size() <= row) rows_.resize(row + 1);
    return rows_[row];
  }
  std::vector<CellRow> rows_;
};

}  // namespace lab::draw
