// SPDX-License-Identifier: MIT
#pragma once

#include <istream>
#include <string>

#include "draw/page.hpp"
#include "predict/question.hpp"

namespace lab::predict {

// Prints the question, and reads lines until one is an answer or the number of one. Throws
// UsageError at the end of the input.
std::string ask(const Question& question, std::istream& in, draw::Page& page);

}  // namespace lab::predict
