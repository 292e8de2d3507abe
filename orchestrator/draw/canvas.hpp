// SPDX-License-Identifier: MIT
//
// A sheet of character cells on which a text drawing is put together in any
// order, before it goes to the page line by line.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "draw/page.hpp"

namespace lab::draw {

class Canvas {
 public:
  // Writes over what is there. A glyph fills one cell (page.hpp, columns()).
  void put(std::size_t row, std::size_t column, std::string_view text, Ink ink = Ink::plain);
  // The glyph from one column up to another, and that one left out.
  void fill(std::size_t row, std::size_t from, std::size_t to, std::string_view glyph,
            Ink ink = Ink::plain);
  void print(Page& page) const;

 private:
  struct Cell {
    std::string glyph;  // empty: nothing is here
    Ink ink = Ink::plain;
  };
  std::vector<std::vector<Cell>> rows_;
};

}  // namespace lab::draw
