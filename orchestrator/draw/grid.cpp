// SPDX-License-Identifier: MIT
#include "draw/grid.hpp"

#include "util/text.hpp"

namespace lab::draw {

std::size_t columns(const Inked& text) {
  std::size_t sum = 0;
  for (const auto& [words, ink] : text) sum += columns(words);
  return sum;
}

std::vector<Inked> wrapped(const Inked& text, std::size_t width) {
  std::vector<Inked> result;
  std::size_t filled = 0;
  bool glued = true;  // the next word follows the last one without a blank
  for (const auto& [piece, ink] : text) {
    if (piece.starts_with(' ')) glued = false;
    for (const std::string_view word : words(piece)) {
      const std::size_t wide = columns(word), gap = glued ? 0 : 1;
      if (result.empty() || (!glued && filled + gap + wide > width)) {
        result.emplace_back();
        filled = 0;
      }
      const bool blank = filled > 0 && !glued;
      result.back().emplace_back((blank ? " " : "") + std::string(word), ink);
      filled += wide + (blank ? 1 : 0);
      glued = false;
    }
    glued = !piece.ends_with(' ');
  }
  return result;
}

void Grid::put(std::size_t column, std::string_view text, Ink ink) {
  std::size_t begin = 0;
  while (begin < text.size() && column < cells_.size()) {
    std::size_t end = begin + 1;
    while (end < text.size() && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) ++end;
    cells_[column++] = {std::string(text.substr(begin, end - begin)), ink};
    begin = end;
  }
}

void Grid::put(std::size_t column, const Inked& text) {
  for (const auto& [words, ink] : text) {
    put(column, words, ink);
    column += columns(words);
  }
}

void Grid::put_before(std::size_t end, const Inked& text) {
  const std::size_t wide = columns(text);
  put(end > wide ? end - wide : 0, text);
}

void Grid::fill(std::size_t begin, std::size_t end, std::string_view glyph, Ink ink) {
  for (std::size_t column = begin; column < end && column < cells_.size(); ++column)
    cells_[column] = {std::string(glyph), ink};
}

void Grid::print(Page& page) const {
  std::size_t end = cells_.size();
  while (end > 0 && cells_[end - 1].glyph == " ") --end;
  Line line;
  for (std::size_t begin = 0; begin < end;) {
    // What is alike is painted together; blanks take any ink.
    std::string text;
    const Ink ink = cells_[begin].ink;
    std::size_t column = begin;
    for (; column < end && (cells_[column].ink == ink || cells_[column].glyph == " "); ++column)
      text += cells_[column].glyph;
    line.add(text, ink);
    begin = column;
  }
  line.print(page);
}

}  // namespace lab::draw
