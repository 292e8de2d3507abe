// SPDX-License-Identifier: MIT
//
// The language described: as a JSON Schema (draft 2020-12), by which an
// editor completes and checks a file, and as the reference for people. Both are
// made from the definitions by which the parser reads (definition.hpp).
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

namespace lab::scenario {

nlohmann::json json_schema();

// docs/scenario-reference.md.
std::string reference();

}  // namespace lab::scenario
