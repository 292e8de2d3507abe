// SPDX-License-Identifier: MIT
//
// Which files a user means who names scenarios.
#pragma once

#include <string>
#include <vector>

#include "record/address.hpp"

namespace lab::commands {

// The folder of scenarios: LAB_SCENARIOS, or beside this program, or where it was built
// from, or where it was installed. Throws EnvironmentError.
std::string scenarios_folder();
// The files that the words select (scenario/selection.hpp), each relative to the current
// directory if it is below it. Throws UsageError.
std::vector<std::string> scenario_paths(const std::vector<std::string>& words);
// The one that the word selects. Throws UsageError.
std::string scenario_path(const std::string& wanted);

// {"ipv4", "ipv6"}
std::vector<std::string> family_names(const std::vector<Family>& families);

}  // namespace lab::commands
