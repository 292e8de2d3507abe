// SPDX-License-Identifier: MIT
//
// The man page orchestrator(1), made from the tree of commands so that it cannot
// lag behind it.
#pragma once

#include <string>

#include "cli/command.hpp"

namespace lab::cli {

// In the macros of man(7). `date`: of what it describes, "2026-11-25".
std::string manual(const Commands& commands, const std::string& date);

}  // namespace lab::cli
