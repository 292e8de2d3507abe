// SPDX-License-Identifier: MIT
//
// The words below the arrival of a message: its verdict, unless the state changes shown there
// say the same.
#pragma once

#include <string>

#include "draw/page.hpp"
#include "sequence/model.hpp"

namespace lab::diagram {

struct Verdict {
  std::string text;       // may be empty
  std::string of_change;  // a comment on the first change: "simultaneous open"; may be empty
  draw::Ink ink = draw::Ink::accent;  // of the text
};

// Empty for routine messages, such as data of an established connection.
Verdict verdict_of(const sequence::Message& message);

}  // namespace lab::diagram
