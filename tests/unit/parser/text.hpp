// SPDX-License-Identifier: MIT
//
// Scenario texts for the tests of the parser.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "parser/parse_parts.hpp"
#include "parser/parser.hpp"
#include "util/error.hpp"

namespace lab::parser {

// What parse() says is wrong with the text; fails the test if it says nothing.
inline std::string error_of(std::string_view text, const std::string& file = "x.yaml") {
  try {
    parse(text, file);
  } catch (const UsageError& error) {
    return error.what();
  }
  ADD_FAILURE() << "no error in:\n" << text;
  return "";
}

// A scenario with two linked hosts. The steps begin in line 8.
inline std::string with_steps(std::string_view steps) {
  return "name: x\n"
         "title: Test\n"
         "topology:\n"
         "  hosts: {client: , server: , lonely: }\n"
         "  links:\n"
         "    - endpoints: [\"client:eth0\", \"server:eth0\"]\n"
         "steps:\n" +
         std::string(steps);
}

// A scenario with this one action, for those that need nothing before it.
inline scenario::Action action_of(const std::string& step) {
  return parse(with_steps("  - " + step + "\n"), "x.yaml").steps.back().action;
}

}  // namespace lab::parser
