// SPDX-License-Identifier: MIT
//
// Reads a scenario's file. Pure but for load(); any thread may call them.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "scenario/expand.hpp"
#include "scenario/model.hpp"

namespace lab::scenario {

// The scenario that `text` describes (docs/scenarios.md). Everything that can
// be known without playing it is checked: a name is used only after it has
// been introduced, a mark stands before it is released to, and so on.
// `file_name` goes into messages, and its stem must equal the scenario's name.
// Throws UsageError: "FILE:LINE:COLUMN: what is wrong; what to write instead".
Scenario parse(std::string_view text, const std::string& file_name, const Reading& reading = {});

// parse() of a regular file. Throws UsageError too when it cannot be read.
Scenario load(const std::string& path, const Reading& reading = {});

}  // namespace lab::scenario
