// SPDX-License-Identifier: MIT
//
// The terminal: what the live tables are drawn on, through ncurses. It holds no
// knowledge of tables but what a line looks like.
//
// One at a time in a process, in one thread. While it lives the terminal is in
// ncurses' hands; its end gives the terminal back as it was, also when an
// exception ends it.
#pragma once

#include <string>
#include <vector>

#include "tui/console.hpp"

namespace lab::tui {

class Screen {
 public:
  // Throws EnvironmentError when ncurses does not know the terminal ($TERM).
  Screen();
  ~Screen();
  Screen(const Screen&) = delete;
  Screen& operator=(const Screen&) = delete;

  std::size_t width() const;
  std::size_t height() const;

  void show(const std::vector<ScreenLine>& lines);

  // The keys that were pressed since the last call, by the names that
  // Console::press() takes. Never waits: poll standard input for more.
  std::vector<std::string> keys();

  // The terminal has another size (SIGWINCH).
  void resize();
};

}  // namespace lab::tui
