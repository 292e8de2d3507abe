// SPDX-License-Identifier: MIT
#pragma once

#include <string>

namespace lab {

// Whether this is a file, and we may run it.
bool is_executable(const std::string& path);

// The path of the program of this name (without a '/') in $PATH, as execvp(3)
// finds it. Empty: there is none.
std::string find_in_path(const std::string& name);

}  // namespace lab
