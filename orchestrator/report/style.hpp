// SPDX-License-Identifier: MIT
//
// How a report may look. The caller decides, because only the caller knows
// whether a person, a file or another program reads it.
#pragma once

namespace lab::report {

struct Style {
  bool color = false;   // ANSI escape sequences
  int width = 100;      // columns of the page; 80 at least, 120 at most, whatever is asked
  bool unicode = true;  // false: ASCII only
};

}  // namespace lab::report
