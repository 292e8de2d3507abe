// SPDX-License-Identifier: MIT
#include "tui/console.hpp"

#include <fmt/format.h>

#include <utility>

#include "draw/page.hpp"
#include "tables/columns.hpp"

namespace lab::tui {
namespace {

constexpr const char* help[] = {
    "Keys",
    "",
    "  Tab, 1 2 3     the next table: listeners, bound, ehash",
    "  arrows, j k    one row up or down; PgUp PgDn, g G, Home End",
    "  /              filter, as you type: a state (listen, estab), :80, 10.0.0.1:80,",
    "                 or any text of a row (nginx); all of them must match",
    "  Esc            no filter",
    "  s, r           next sort order; reverse it",
    "  p, Space       pause or resume",
    "  h, ?           show or hide this help",
    "  q              quit",
    "",
    "Colours: a new row is green, one that has changed is yellow, one that is gone is",
    "shown once more in red, struck out by a line of dashes.",
};

// Cuts the text at the width, by characters, not by bytes.
void cut(ScreenLine& line, std::size_t width) {
  std::size_t left = width;
  for (Span& span : line.spans) {
    std::size_t bytes = 0;
    while (bytes < span.text.size() && left > 0) {
      ++bytes;
      while (bytes < span.text.size() && (span.text[bytes] & 0xc0) == 0x80) ++bytes;
      --left;
    }
    span.text.resize(bytes);
  }
}

void add_wrapped(std::vector<ScreenLine>& lines, const std::string& text, std::size_t width,
                 Look look) {
  for (std::string& part : draw::wrapped(text, width)) lines.push_back({{{std::move(part), look}}});
}

void drop_last_letter(std::string& text) {
  while (!text.empty() && (text.back() & 0xc0) == 0x80) text.pop_back();
  if (!text.empty()) text.pop_back();
}

Look look_of(const Marked& row) {
  switch (row.mark) {
    case Mark::fresh:
      return Look::fresh;
    case Mark::changed:
      return Look::changed;
    case Mark::gone:
      return Look::gone;
    case Mark::none:
      break;
  }
  return tables::is_full(row.entry.row) ? Look::alarm : Look::plain;
}

// The sign before a row, so that the marks differ without colours, too.
const char* sign_of(Mark mark) {
  switch (mark) {
    case Mark::fresh:
      return "+";
    case Mark::changed:
      return "~";
    case Mark::gone:
      return "-";
    case Mark::none:
      break;
  }
  return " ";
}

// Strikes out a row that is gone: its blanks become a line.
std::string struck(std::string text) {
  for (char& letter : text)
    if (letter == ' ') letter = '-';
  return text;
}

}  // namespace

Console::Console(Table first, Filter filter, std::string where, std::string news)
    : current_(static_cast<std::size_t>(first)),
      where_(std::move(where)),
      news_(std::move(news)),
      filter_(filter.str()) {
  for (Board& each : boards_) each.set_filter(filter);
}

void Console::update(TableView view) {
  for (ObservedTable& seen : view.tables)
    boards_[static_cast<std::size_t>(seen.table)].update(std::move(seen));
  not_observed_ = std::move(view.not_observed);
}

void Console::press(std::string_view key) {
  if (typing_) return type(key);
  if (key == "q")
    quit_ = true;
  else if (key == "h" || key == "?")
    help_ = !help_;
  else if (key == "escape" && help_)
    help_ = false;
  else if (key == "tab")
    current_ = (current_ + 1) % boards_.size();
  else if (key == "1" || key == "2" || key == "3")
    current_ = static_cast<std::size_t>(key[0] - '1');
  else if (key == "p" || key == " ")
    paused_ = !paused_;
  else if (key == "s")
    board().next_order();
  else if (key == "r")
    board().reverse();
  else if (key == "up" || key == "k")
    board().move(-1);
  else if (key == "down" || key == "j")
    board().move(1);
  else if (key == "page-up")
    board().move(-static_cast<long>(page_));
  else if (key == "page-down")
    board().move(static_cast<long>(page_));
  else if (key == "home" || key == "g")
    board().move(-static_cast<long>(board().shown().size()));
  else if (key == "end" || key == "G")
    board().move(static_cast<long>(board().shown().size()));
  else if (key == "/") {
    typing_ = true;
    draft_ = filter_;
  } else if (key == "escape") {
    filter_.clear();
    use_filter();
  }
}

void Console::type(std::string_view key) {
  if (key == "enter") {
    filter_ = draft_;
    typing_ = false;
  } else if (key == "escape") {
    typing_ = false;
  } else if (key == "backspace") {
    drop_last_letter(draft_);
  } else if (draw::columns(key) == 1) {
    draft_ += key;
  } else {
    return;  // a key without a meaning here
  }
  use_filter();
}

void Console::use_filter() {
  const Filter filter = tables::filter_from(typing_ ? draft_ : filter_);
  for (Board& each : boards_) each.set_filter(filter);
}

ScreenLine Console::bar() const {
  ScreenLine line;
  for (std::size_t at = 0; at < boards_.size(); ++at) {
    line.spans.push_back({fmt::format(" {} {} ", at + 1, to_string(boards_[at].table())),
                          at == current_ ? Look::bar : Look::faint});
    line.spans.push_back({" ", Look::plain});
  }
  line.spans.push_back({where_, Look::faint});
  if (paused_) line.spans.push_back({"  PAUSED", Look::alarm});
  return line;
}

ScreenLine Console::status() const {
  const Board& shown = boards_[current_];
  std::string text = fmt::format("{} of {}", shown.shown().size(), shown.total());
  // Those that are gone are shown once more, and counted as shown.
  text += fmt::format(", {}{}", to_string(shown.order()), shown.reversed() ? ", reversed" : "");
  if (const auto witness = shown.seen().witness)
    text += fmt::format(", by {}", to_string(*witness));
  ScreenLine line;
  line.spans.push_back({std::move(text), Look::faint});
  if (typing_) {
    line.spans.push_back({"   filter: ", Look::title});
    line.spans.push_back({draft_ + "_", Look::title});
  } else if (!filter_.empty()) {
    line.spans.push_back({"   filter: ", Look::faint});
    line.spans.push_back({filter_, Look::title});
  }
  return line;
}

ScreenLine Console::footer() const {
  const Board& shown = boards_[current_];
  ScreenLine line;
  if (shown.shown().empty()) {
    line.spans.push_back({news_, Look::faint});
  } else {
    const Row& row = shown.shown()[shown.picked()]->entry.row;
    std::string text = describe(row);
    if (row.uid) text += fmt::format(", uid {}", *row.uid);
    if (row.inode) text += fmt::format(", inode {}", *row.inode);
    if (row.cookie) text += fmt::format(", cookie {}", *row.cookie);
    line.spans.push_back({std::move(text), Look::faint});
  }
  return line;
}

void Console::draw_rows(std::vector<ScreenLine>& lines, std::size_t height) {
  Board& shown = board();
  auto columns = tables::columns_of(shown.table());
  std::vector<std::vector<std::string>> cells;
  for (const Marked* row : shown.shown())
    cells.push_back(tables::cells_of(shown.table(), row->entry));
  leave_out_empty(columns, cells);
  const auto widths = widths_of(columns, cells);
  const auto joined = [&](const auto& cell_at) {
    std::string text;
    for (std::size_t at = 0; at < columns.size(); ++at)
      text += padded(cell_at(at), columns[at], widths[at]) + "  ";
    return text;
  };
  lines.push_back(
      {{{"  " + joined([&](std::size_t at) { return columns[at].title; }), Look::title}}});
  const std::size_t room = height > 1 ? height - 1 : 0;
  page_ = std::max<std::size_t>(room, 1);
  const std::size_t top = shown.scroll(room);
  for (std::size_t at = top; at < shown.shown().size() && at < top + room; ++at) {
    const Marked& row = *shown.shown()[at];
    std::string text = joined([&](std::size_t column) { return cells[at][column]; });
    if (row.mark == Mark::gone) text = struck(std::move(text));
    lines.push_back(
        {{{fmt::format("{} {}", sign_of(row.mark), text), look_of(row)}}, at == shown.picked()});
  }
}

std::vector<ScreenLine> Console::draw(std::size_t width, std::size_t height) {
  std::vector<ScreenLine> lines;
  lines.push_back(bar());
  lines.push_back(status());
  const std::size_t around = 4;  // these two, and two below
  const std::size_t room = height > around ? height - around : 0;
  if (help_) {
    for (const char* line : help) lines.push_back({{{line, Look::plain}}});
    lines.push_back({});
    add_wrapped(lines, news_, width, Look::faint);
    for (const std::string& each : not_observed_)
      add_wrapped(lines, "Not observed: " + each, width, Look::faint);
  } else if (const std::string& why = board().seen().not_observed; !why.empty()) {
    add_wrapped(lines, "Not observed: " + why, width, Look::changed);
  } else {
    draw_rows(lines, room);
  }
  lines.resize(height > 2 ? height - 2 : 0);
  if (height >= 2) {
    lines.push_back(footer());
    lines.push_back({{{typing_ ? "Enter keeps the filter, Esc clears it"
                               : "h help   Tab table   / filter   s sort   p pause   q quit",
                       Look::bar}}});
  }
  lines.resize(height);
  for (ScreenLine& line : lines) cut(line, width);
  return lines;
}

}  // namespace lab::tui
