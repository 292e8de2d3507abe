// SPDX-License-Identifier: MIT
#include "cli/command.hpp"

#include "util/error.hpp"

namespace lab::cli {

int Commands::run() const {
  // An inner command is entered after the one that it stands below.
  for (auto each = actions_.rbegin(); each != actions_.rend(); ++each)
    if (each->first->parsed()) return each->second();
  return static_cast<int>(Exit::usage);
}

}  // namespace lab::cli
