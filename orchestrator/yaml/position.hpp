// SPDX-License-Identifier: MIT
#pragma once

namespace lab::yaml {

// Where in a file something stands; both count from 1.
struct Position {
  int line = 0;
  int column = 0;
};

}  // namespace lab::yaml
