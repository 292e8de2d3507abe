// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include "record/interface.hpp"

namespace lab::collect {

// Throws UsageError, which names the nearest, when --device names no interface
// of these. An empty name is none.
void require_device(const std::vector<Interface>& interfaces, const std::string& device);

}  // namespace lab::collect
