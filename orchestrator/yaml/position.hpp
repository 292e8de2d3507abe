// SPDX-License-Identifier: MIT
#pragma once

namespace lab::yaml {

// A position in a file; both numbers count from 1.
struct Position {
  int line = 0;
  int column = 0;
};

}  // namespace lab::yaml
