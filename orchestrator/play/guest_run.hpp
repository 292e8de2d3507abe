// SPDX-License-Identifier: MIT
//
// Runs in microVMs.
#pragma once

#include <functional>
#include <string_view>
#include <vector>

#include "play/options.hpp"
#include "play/play_list.hpp"
#include "vm/message.hpp"

namespace lab::play {

// Runs the plays in a microVM, by the orchestrator in its image. The scenario files, the
// programs that they start and the flags go along. Returns the exit code of that
// orchestrator. Throws UsageError, EnvironmentError.
int run_in_microvm(const Options& options, const std::vector<Play>& plays);
// The same; `output` gets what the orchestrator there prints.
int run_in_microvm(const Options& options, const std::vector<Play>& plays,
                   const std::function<void(vm::Stream, std::string_view)>& output);

// --kernel all: one microVM after the other, one for each kernel of class main, and then
// what differs. The exit code is the worst of theirs.
int run_on_all_kernels(const Options& options, const std::vector<Play>& plays);

}  // namespace lab::play
