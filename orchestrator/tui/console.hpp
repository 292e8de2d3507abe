// SPDX-License-Identifier: MIT
//
// The live tables as the user sees and controls them: keys in, lines of styled text
// out. Knows no terminal (tui/screen.hpp does), so that all of it can be tested without
// one. Pure.
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "tui/board.hpp"

namespace lab::tui {

// How a piece of a line looks; the screen turns it into colours and attributes.
enum class Look { plain, title, faint, bar, fresh, changed, gone, alarm };

struct Span {
  std::string text;
  Look look = Look::plain;
};
struct ScreenLine {
  std::vector<Span> spans;
  bool picked = false;  // drawn in reverse over its whole width
};

class Console {
 public:
  // `where` names the namespace, `news` describes how changes are noticed.
  Console(Table first, Filter filter, std::string where, std::string news);

  // What was seen of every table, and what was not observed of them.
  void update(TableView view);

  // A key by its name: "up", "down", "page-up", "page-down", "home", "end", "tab",
  // "enter", "escape", "backspace", or the letter itself in UTF-8.
  void press(std::string_view key);

  bool wants_to_quit() const { return quit_; }
  // Paused: nothing needs to be read.
  bool paused() const { return paused_; }
  Table table() const { return boards_[current_].table(); }

  // Exactly `height` lines, none wider than `width` columns.
  std::vector<ScreenLine> draw(std::size_t width, std::size_t height);

 private:
  Board& board() { return boards_[current_]; }
  void type(std::string_view key);  // into the filter
  void use_filter();
  ScreenLine bar() const;
  ScreenLine status() const;
  ScreenLine footer() const;
  void draw_rows(std::vector<ScreenLine>& lines, std::size_t height);

  std::array<Board, 3> boards_{Board(Table::listeners), Board(Table::bound), Board(Table::ehash)};
  std::size_t current_ = 0;
  std::string where_, news_;
  std::vector<std::string> not_observed_;
  std::string filter_;  // as it was typed, and is in force
  std::string draft_;   // while it is typed
  bool typing_ = false, paused_ = false, help_ = false, quit_ = false;
  std::size_t page_ = 1;  // rows of a table that were drawn last
};

}  // namespace lab::tui
