// SPDX-License-Identifier: MIT
//
// Suggestions for a mistyped command or flag.
#pragma once

#include <CLI/App.hpp>
#include <string>

namespace lab::cli {

// After a failed parse: "there is no command \"rnu\"; did you mean run?". Empty if neither
// a command nor a flag is unknown. `is_scenario` recognizes a scenario's name in place of a
// command; the user probably wants to run it.
std::string suggestion(const CLI::App& program, bool (*is_scenario)(const std::string&));

}  // namespace lab::cli
