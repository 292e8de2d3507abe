// SPDX-License-Identifier: MIT
//
// Removing a lab, or what is left of one. Whenever the one that does it is killed,
// what it has not come to yet is found the next time: the lab's file goes last.
#pragma once

#include <string>
#include <vector>

#include "persist/kept_labs.hpp"

namespace lab::persist {

// What would be removed, and what would be left alone, a line each.
std::vector<std::string> plan_to_clean(const Found& found, bool force);

// Why nothing of it may be removed: somebody else's programs live in it. Empty: it may.
std::string why_left(const Found& found, bool force);

// Ends its keeper and its programs, then takes its names, then its file. `force`:
// ends other people's programs in it, too. What is to be removed is looked at again at
// that moment. Throws SystemError.
void clean(const Found& found, const Place& place, bool force);

}  // namespace lab::persist
