// SPDX-License-Identifier: MIT
//
// --arch: the architecture of a microVM, where --kernel names its kernel.
#pragma once

#include <CLI/CLI.hpp>
#include <string>

namespace lab::commands {

// Leaves the variable empty if it is not given: this machine's, or that of the kernel.
void add_arch_flag(CLI::App& command, std::string& architecture);

// The guest that both name: "6.12-arm64". Throws UsageError if the kernel is of another
// architecture than `architecture`, and as resolve_series() does for a path.
std::string guest_of(const std::string& kernel, const std::string& architecture);

}  // namespace lab::commands
