// SPDX-License-Identifier: MIT
//
// The terminal on which the live tables are drawn, through ncurses. Of tables it knows
// only what a line looks like.
//
// One at a time in a process, in one thread. While it lives ncurses controls the
// terminal; the destructor restores it, also after an exception.
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

  // The keys pressed since the last call, as Console::press() takes them. Never
  // waits: poll standard input for more.
  std::vector<std::string> keys();

  // The terminal has another size (SIGWINCH).
  void resize();
};

}  // namespace lab::tui
