// SPDX-License-Identifier: MIT
//
// What the user may have meant who wrote a command or a flag that is not there.
#pragma once

#include <CLI/App.hpp>
#include <string>

namespace lab::cli {

// After a parse that failed: "there is no command \"rnu\"; did you mean run?"; empty
// if the mistake is another one. `is_scenario`: who writes a scenario's name where a command
// belongs probably wants to run it.
std::string suggestion(const CLI::App& program, bool (*is_scenario)(const std::string&));

}  // namespace lab::cli
