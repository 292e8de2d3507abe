// SPDX-License-Identifier: MIT
//
// What is said under the arrival of a message, in every drawing: its verdict, unless the
// changes of state that stand there as well say the same.
#pragma once

#include <string>

#include "draw/page.hpp"
#include "sequence/sequence.hpp"

namespace lab::diagram {

struct Told {
  std::string verdict;    // empty: nothing to add to the path and the changes
  std::string of_change;  // a word about the first change: "simultaneous open"; or empty
  draw::Ink ink = draw::Ink::accent;  // of the verdict
};

// Routine, as data for a connection that is established, is not worth a word.
Told told_of(const sequence::Message& message);

}  // namespace lab::diagram
