// SPDX-License-Identifier: MIT
#include "draw/page.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "util/printable.hpp"

namespace lab::draw {
namespace {

constexpr Glyphs unicode_glyphs = {.pass = "✓",
                                   .fail = "✗",
                                   .not_observed = "○",
                                   .horizontal = "─",
                                   .vertical = "│",
                                   .dashed = "┄",
                                   .right = "▶",
                                   .left = "◀",
                                   .top_left = "╭",
                                   .top_right = "╮",
                                   .bottom_left = "╰",
                                   .bottom_right = "╯",
                                   .tee_left = "┤",
                                   .tee_right = "├",
                                   .crossing = "╳",
                                   .lost = "✗",
                                   .over = "┼",
                                   .waiting = "◌",
                                   .dotted = "┊",
                                   .change = "●",
                                   .becomes = "→",
                                   .dot = "·",
                                   .ellipsis = "…",
                                   .cross = "┼"};

constexpr Glyphs ascii_glyphs = {.pass = "ok",
                                 .fail = "!!",
                                 .not_observed = "--",
                                 .horizontal = "-",
                                 .vertical = "|",
                                 .dashed = ".",
                                 .right = ">",
                                 .left = "<",
                                 .top_left = "+",
                                 .top_right = "+",
                                 .bottom_left = "+",
                                 .bottom_right = "+",
                                 .tee_left = "+",
                                 .tee_right = "+",
                                 .crossing = "X",
                                 .lost = "x",
                                 .over = "+",
                                 .waiting = "o",
                                 .dotted = ":",
                                 .change = "*",
                                 .becomes = "->",
                                 .dot = "-",
                                 .ellipsis = "...",
                                 .cross = "+"};

constexpr std::string_view end_of_ink = "\033[0m";

std::string_view escape_of(Ink ink) {
  switch (ink) {
    case Ink::plain:
      return "";
    case Ink::strong:
      return "\033[1m";
    case Ink::faint:
      return "\033[2m";
    case Ink::good:
      return "\033[32m";
    case Ink::bad:
      return "\033[1;31m";
    case Ink::doubtful:
      return "\033[33m";
    case Ink::accent:
      return "\033[1;36m";
  }
  return "";
}

}  // namespace

const Glyphs& glyphs_of(bool unicode) { return unicode ? unicode_glyphs : ascii_glyphs; }

std::vector<std::string> color_sequences() {
  std::vector<std::string> all{std::string(end_of_ink)};
  for (const Ink ink :
       {Ink::strong, Ink::faint, Ink::good, Ink::bad, Ink::doubtful, Ink::accent})
    all.emplace_back(escape_of(ink));
  return all;
}

Page::Page(std::ostream& out, const Style& style)
    : out_(out),
      color_(style.color),
      width_(style.page_width()),
      glyphs_(glyphs_of(style.unicode)) {}

std::string Page::painted(std::string_view text, Ink ink) const {
  if (!color_ || ink == Ink::plain) return std::string(text);
  return fmt::format("{}{}{}", escape_of(ink), text, end_of_ink);
}

void Page::heading(std::string_view text, std::string_view remark) {
  blank();
  Line line;
  line.add(text, Ink::strong);
  if (!remark.empty()) line.add("   ").add(remark, Ink::faint);
  line.print(*this);
}

Line& Line::add(std::string_view text, Ink ink) {
  if (text.empty()) return *this;
  if (gap_ > 0) pieces_.push_back({std::string(gap_, ' '), Ink::plain});
  std::string shown = printable_line(text);
  columns_ += gap_ + draw::columns(shown);
  gap_ = 0;
  pieces_.push_back({std::move(shown), ink});
  return *this;
}

Line& Line::to(std::size_t column) {
  if (column > columns_)
    gap_ = column - columns_;
  else
    gap_ = columns_ == 0 ? 0 : 1;
  return *this;
}

Line& Line::to_right(std::size_t column, std::string_view text) {
  const std::size_t wide = draw::columns(text);
  return to(column > wide ? column - wide : 0);
}

Line& Line::fill(std::string_view glyph, std::size_t columns, Ink ink) {
  std::string run;
  for (std::size_t at = this->columns(); at < columns; ++at) run += glyph;
  return add(run, ink);
}

void Line::print(Page& page) const {
  for (const auto& piece : pieces_) page.out() << page.painted(piece.text, piece.ink);
  page.out() << '\n';
}

void print_hanging(Page& page, std::size_t indent, std::string_view label, std::size_t hang,
                   std::string_view text, Ink ink) {
  const std::size_t column = label.empty() ? hang : std::max(hang, indent + columns(label) + 1);
  bool first = true;
  for (const std::string& part : wrapped(text, page.width() - column)) {
    Line line;
    if (first && !label.empty()) line.to(indent).add(label, Ink::faint);
    line.to(column).add(part, ink).print(page);
    first = false;
  }
}

void print_wrapped(Page& page, std::string_view text, Ink ink) {
  constexpr std::size_t hang = 2;
  std::size_t column = 0;
  for (const std::string& part : wrapped(text, page.width() - hang)) {
    Line().to(column).add(part, ink).print(page);
    column = hang;
  }
}

std::string milliseconds(long long nanoseconds) {
  const double value = static_cast<double>(nanoseconds) / 1e6;
  return fmt::format("{:.{}f} ms", value, value < 10 ? 2 : value < 100 ? 1 : 0);
}

std::string duration(std::chrono::nanoseconds time) {
  if (time < std::chrono::seconds(1)) return milliseconds(time.count());
  const double value = std::chrono::duration<double>(time).count();
  return fmt::format("{:.{}f} s", value, value < 10 ? 2 : 1);
}

}  // namespace lab::draw
