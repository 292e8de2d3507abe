// SPDX-License-Identifier: MIT
#pragma once

#include <string_view>

namespace lab::commands {

// For the commands about kept labs: only root can read the marks in their namespaces and
// enter them. `command` is for the message. Throws EnvironmentError.
void require_root(std::string_view command);

}  // namespace lab::commands
