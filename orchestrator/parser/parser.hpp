// SPDX-License-Identifier: MIT
//
// Reads a scenario's file. Thread-safe; parse() is pure.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "parser/expand.hpp"
#include "scenario/model.hpp"

namespace lab::parser {

// The scenario that `text` describes (docs/scenarios.md). Checks everything that can be checked
// before a run: a name is defined before it is used, a mark is set before a release refers to
// it, and so on. `file_name` is used in messages; its stem must be the scenario's name.
// Throws UsageError: "FILE:LINE:COLUMN: what is wrong; what to write instead".
scenario::Scenario parse(std::string_view text, const std::string& file_name,
                         const Reading& reading = {});

// parse() of a regular file. Also throws UsageError when it cannot be read.
scenario::Scenario load(const std::string& path, const Reading& reading = {});

}  // namespace lab::parser
