// SPDX-License-Identifier: MIT
//
// The files that the user's words select.
#pragma once

#include <string>
#include <vector>

#include "parser/expand.hpp"
#include "record/address.hpp"
#include "scenario/model.hpp"

namespace lab::commands {

// The folder of scenarios: LAB_SCENARIOS, else next to this program, in its source tree, or
// where it was installed. Throws EnvironmentError if there is none.
std::string scenarios_folder();
// The files that the words select (parser/selection.hpp); relative paths for those below
// the current directory. Throws UsageError.
std::vector<std::string> scenario_paths(const std::vector<std::string>& words);
// The file that one word selects. Throws UsageError.
std::string scenario_path(const std::string& wanted);

// The scenario in a file: a script of packetdrill's if its name ends in ".pkt", else YAML. Throws
// UsageError.
scenario::Scenario load_scenario(const std::string& path, const parser::Reading& reading = {});

// {"ipv4", "ipv6"}
std::vector<std::string> family_names(const std::vector<Family>& families);

}  // namespace lab::commands
