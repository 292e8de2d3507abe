// SPDX-License-Identifier: MIT
//
// A file of answers: a YAML map with a line NAME: ANSWER for each question. It may come from a
// stranger.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "predict/question.hpp"

namespace lab::predict {

// The answers by question, or why there are none. Each question is in one of the two.
struct Answers {
  std::map<std::string, std::string> values;   // of allowed ones
  std::map<std::string, std::string> refused;  // what is wrong with the answer
};

// `file` is its name in messages. Does not throw, whatever the text contains.
Answers answers_from(const std::string& text, const std::string& file,
                     const std::vector<Question>& questions);
// All refused for the same reason.
Answers no_answers(const std::vector<Question>& questions, const std::string& why);

// A file that answers_from() reads.
std::string to_yaml(const std::vector<Question>& questions,
                    const std::map<std::string, std::string>& values);

}  // namespace lab::predict
