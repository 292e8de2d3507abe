// SPDX-License-Identifier: MIT
#include "draw/canvas.hpp"

namespace lab::draw {

void CellRow::put(std::size_t column, std::string_view text, Ink ink) {
  for (; !text.empty() && column < most_; ++column) {
    if (cells_.size() <= column) cells_.resize(column + 1);
    cells_[column] = {std::string(next_letter(text)), ink};
  }
}

void CellRow::put(std::size_t column, const Text& text) {
  for (const Span& span : text) {
    put(column, span.text, span.ink);
    column += columns(span.text);
  }
}

void CellRow::put_before(std::size_t end, const Text& text) {
  const std::size_t wide = columns(text);
  put(end > wide ? end - wide : 0, text);
}

void CellRow::fill(std::size_t begin, std::size_t end, std::string_view glyph, Ink ink) {
  for (; begin < end; ++begin) put(begin, glyph, ink);
}

void CellRow::print(Page& page) const {
  std::size_t end = cells_.size();
  while (end > 0 && cells_[end - 1].glyph == " ") --end;
  Line line;
  for (std::size_t at = 0; at < end;) {
    if (cells_[at].glyph.empty()) {
      ++at;
      continue;
    }
    if (line.columns() < at) line.to(at);
    // Cells of equal ink are printed together; a space takes any ink.
    std::string text;
    const Ink ink = cells_[at].ink;
    for (; at < end &&
           (cells_[at].glyph == " " || (cells_[at].ink == ink && !cells_[at].glyph.empty()));
         ++at)
      text += cells_[at].glyph;
    line.add(text, ink);
  }
  line.print(page);
}

}  // namespace lab::draw
