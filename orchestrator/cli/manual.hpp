// SPDX-License-Identifier: MIT
//
// The man page orchestrator(1), generated from the tree of commands so that it cannot
// become outdated.
#pragma once

#include <string>

#include "cli/command.hpp"

namespace lab::cli {

// In the macros of man(7). `date` goes into the header: "2026-11-25".
std::string manual(const Commands& commands, const std::string& date);

}  // namespace lab::cli
