// SPDX-License-Identifier: MIT
//
// A question that is answered before a run by one of a few words, and that the run decides.
#pragma once

#include <string>
#include <vector>

namespace lab::predict {

struct Question {
  std::string name;  // in a file of answers: a letter, then letters, digits, "-" and "_"
  std::string text;
  std::vector<std::string> one_of;  // the answers that are allowed

  bool operator==(const Question&) const = default;
};

}  // namespace lab::predict
