// SPDX-License-Identifier: MIT
//
// What is said under the arrival of a message, in every drawing: its verdict, unless the
// changes of state that stand there as well say the same.
#pragma once

#include <string>

#include "draw/page.hpp"
#include "sequence/model.hpp"

namespace lab::diagram {

struct Verdict {
  std::string text;       // empty: nothing to add to the path and the changes
  std::string of_change;  // a word about the first change: "simultaneous open"; or empty
  draw::Ink ink = draw::Ink::accent;  // of the text
};

// Routine, as data for a connection that is established, is not worth a word.
Verdict verdict_of(const sequence::Message& message);

}  // namespace lab::diagram
