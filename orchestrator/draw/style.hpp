// SPDX-License-Identifier: MIT
//
// The style of a report. The caller chooses it, because only the caller knows whether a
// person, a file or another program reads it.
#pragma once

namespace lab::draw {

// How much to print.
enum class Detail {
  verdicts,  // one line per run, and what failed
  usual,     // what happened, and checks that failed or were not observed
  full,      // every check, every event of every segment trace, every snapshot
};

struct Style {
  bool color = false;   // ANSI escape sequences
  int width = 100;      // columns of the page, limited to 80 to 120
  bool unicode = true;  // false: ASCII only
  Detail detail = Detail::usual;
};

}  // namespace lab::draw
