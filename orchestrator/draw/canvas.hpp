// SPDX-License-Identifier: MIT
//
// A grid of characters. A text drawing is written to it in any order, later pieces over earlier
// ones, and then printed to the page line by line.
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

  // Writes from this column on, one letter per cell, and cuts at the width.
  void put(std::size_t column, std::string_view text, Ink ink = Ink::plain);
  void put(std::size_t column, const Text& text);
  // Writes it so that it ends before this column.
  void put_before(std::size_t end, const Text& text);
  // Fills columns [begin, end) with this glyph.
  void fill(std::size_t begin, std::size_t end, std::string_view glyph, Ink ink = Ink::plain);
  std::string_view at(std::size_t column) const { return cells_[column].glyph; }
  void print(Page& page) const;

 private:
  struct Cell {
    std::string glyph = {};  // empty: not written
    Ink ink = Ink::plain;
  };
  std::vector<Cell> cells_;
  std::size_t most_ = std::numeric_limits<std::size_t>::max();
};

// Consecutive lines.
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
