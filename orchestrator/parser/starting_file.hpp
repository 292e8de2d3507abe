// SPDX-License-Identifier: MIT
#pragma once

#include <string>

namespace lab::parser {

// The text of a new scenario of this name, with comments. It is valid and passes unchanged.
// Throws UsageError for an invalid name.
std::string starting_file(const std::string& name);

}  // namespace lab::parser
