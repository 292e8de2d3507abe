// SPDX-License-Identifier: MIT
//
// Steps as text: how one is read, and what is said of those that are wrong.
#pragma once

#include <gmock/gmock.h>

#include <string>
#include <variant>
#include <vector>

#include "unit/parser/text.hpp"

namespace lab::parser {

template <typename Verb>
Verb last(const std::string& steps) {
  return std::get<Verb>(parse(with_steps(steps), "x.yaml").steps.back().action);
}

inline const std::string cli = "  - socket: {name: cli, host: client}\n";
inline const std::string web =
    "  - exec: {host: server, name: web, run: [hello-server, 80], background: true}\n";

struct Mistake {
  std::string steps;
  std::string message;
};
inline void expect_each(const std::vector<Mistake>& mistakes) {
  for (const auto& [steps, message] : mistakes)
    EXPECT_EQ(error_of(with_steps(steps)), "x.yaml:" + message) << steps;
}

}  // namespace lab::parser
