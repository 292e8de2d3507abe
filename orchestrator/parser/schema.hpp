// SPDX-License-Identifier: MIT
//
// Documentation of the language: a JSON Schema (draft 2020-12), with which an editor completes
// and checks a file, and the reference for people. Both are generated from the parser's
// definitions (language/definition.hpp).
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

namespace lab::parser {

nlohmann::json json_schema();

// docs/scenario-reference.md.
std::string reference();

}  // namespace lab::parser
