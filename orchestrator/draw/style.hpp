// SPDX-License-Identifier: MIT
//
// How a report may look. The caller decides, because only the caller knows
// whether a person, a file or another program reads it.
#pragma once

namespace lab::draw {

// How much a person wants to read.
enum class Detail {
  verdicts,  // one line per run, and what failed
  usual,     // what happened, and the checks that failed or could not be made
  full,      // every check, every event of every path, every look at the tables
};

struct Style {
  bool color = false;   // ANSI escape sequences
  int width = 100;      // columns of the page; 80 at least, 120 at most, whatever is asked
  bool unicode = true;  // false: ASCII only
  Detail detail = Detail::usual;
};

}  // namespace lab::draw
