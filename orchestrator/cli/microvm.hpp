// SPDX-License-Identifier: MIT
//
// A run in a microVM whose output goes somewhere else than to this program's.
#pragma once

#include <functional>
#include <string_view>
#include <vector>

#include "cli/commands.hpp"
#include "vm/message.hpp"

namespace lab::cli {

// As run_in_microvm() in cli/commands.hpp; `output` gets what the program there prints.
int run_in_microvm(const Options& options, const std::vector<Play>& plays,
                   const std::function<void(vm::Stream, std::string_view)>& output);

// --kernel all: one microVM after the other, one for each kernel of class main, and then
// what differs. The exit code is the worst of theirs.
int run_on_all_kernels(const Options& options, const std::vector<Play>& plays);

}  // namespace lab::cli
