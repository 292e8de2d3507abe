// SPDX-License-Identifier: MIT
//
// Removing a lab, or its leftovers. If the removal is interrupted, the next one finds the
// rest: the lab's file is removed last.
#pragma once

#include <string>
#include <vector>

#include "persist/kept_labs.hpp"

namespace lab::persist {

// What would be removed and what would be kept, one line each.
std::vector<std::string> plan_to_clean(const Found& found, bool force);

// Why it may not be removed: other people's programs run in it. Empty: it may.
std::string why_left(const Found& found, bool force);

// Ends its keeper and its programs, then removes its names, then its file. `force`:
// ends other people's programs in it, too. Checks each thing again before removing it.
// Throws SystemError.
void clean(const Found& found, const Place& place, bool force);

}  // namespace lab::persist
