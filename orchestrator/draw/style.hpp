// SPDX-License-Identifier: MIT
//
// The style of a report. The caller chooses it, because only the caller knows whether a
// person, a file or another program reads it.
#pragma once

#include <algorithm>
#include <cstddef>

namespace lab::draw {

// How much to print.
enum class Detail {
  verdicts,  // one line per run, and what failed
  usual,     // what happened, and checks that failed or were not observed
  full,      // every check, every event of every segment trace, every snapshot
};

struct Style {
  bool color = false;   // ANSI escape sequences
  int width = 100;      // columns of the terminal
  bool unicode = true;  // false: ASCII only
  Detail detail = Detail::usual;

  // Columns of the page.
  std::size_t page_width() const { return static_cast<std::size_t>(std::clamp(width, 80, 120)); }
};

}  // namespace lab::draw
