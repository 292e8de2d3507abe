// SPDX-License-Identifier: MIT
#pragma once

#include <string_view>

namespace lab::commands {

// For the commands about kept labs: without root the marks in their namespaces cannot be
// read, nor can the namespaces be entered. `command` is for the message. Throws
// EnvironmentError.
void require_root(std::string_view command);

}  // namespace lab::commands
