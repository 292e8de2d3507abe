// SPDX-License-Identifier: MIT
//
// What is said under the arrival of a message, in every drawing: its verdict, unless the
// changes of state that stand there as well say the same.
#pragma once

#include <string>

#include "report/page.hpp"
#include "report/sequence.hpp"

namespace lab::report {

struct Told {
  std::string verdict;    // empty: nothing to add to the path and the changes
  std::string of_change;  // a word about the first change: "simultaneous open"; or empty
  Ink ink = Ink::accent;  // of the verdict
};

// Routine, as data for a connection that is established, is not worth a word.
Told told_of(const Message& message);

}  // namespace lab::report
