// SPDX-License-Identifier: MIT
#pragma once

#include <string>

namespace lab::scenario {

// The text of a new scenario of this name, with a comment on each part: it is
// valid, and passes as it stands. Throws UsageError if a scenario may not be
// called so.
std::string starting_file(const std::string& name);

}  // namespace lab::scenario
