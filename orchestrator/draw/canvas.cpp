// SPDX-License-Identifier: MIT
#include "draw/canvas.hpp"

namespace lab::draw {

void Canvas::put(std::size_t row, std::size_t column, std::string_view text, Ink ink) {
  if (rows_.size() <= row) rows_.resize(row + 1);
  std::vector<Cell>& cells = rows_[row];
  while (!text.empty()) {
    std::size_t length = 1;  // of the glyph's UTF-8: it goes on with bytes 10xxxxxx
    while (length < text.size() && (static_cast<unsigned char>(text[length]) & 0xc0) == 0x80)
      ++length;
    if (cells.size() <= column) cells.resize(column + 1);
    cells[column++] = {std::string(text.substr(0, length)), ink};
    text.remove_prefix(length);
  }
}

void Canvas::fill(std::size_t row, std::size_t from, std::size_t to, std::string_view glyph,
                  Ink ink) {
  for (; from < to; ++from) put(row, from, glyph, ink);
}

void Canvas::print(Page& page) const {
  for (const std::vector<Cell>& cells : rows_) {
    Line line;
    std::size_t at = 0;
    while (at < cells.size()) {
      const Cell& first = cells[at];
      std::string run;  // of one ink
      const std::size_t begin = at;
      while (at < cells.size() && cells[at].ink == first.ink &&
             cells[at].glyph.empty() == first.glyph.empty())
        run += cells[at++].glyph;
      if (!first.glyph.empty()) {
        if (line.columns() < begin) line.to(begin);
        line.add(run, first.ink);
      }
    }
    line.print(page);
  }
}

}  // namespace lab::draw
