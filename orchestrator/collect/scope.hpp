// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include "collect/target.hpp"
#include "record/interface.hpp"

namespace lab::collect {

// The name of the interface that the target's link-local addresses are on; empty: none was given.
// Throws UsageError where there is no such interface, and where source and destination contradict
// each other.
std::string scope_of(const Target& target, const std::vector<Interface>& interfaces);

}  // namespace lab::collect
