// SPDX-License-Identifier: MIT
//
// Runs in microVMs.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "play/options.hpp"
#include "play/play_list.hpp"
#include "vm/message.hpp"

namespace lab::play {

// Runs the plays in a microVM, by the orchestrator in its image; sends it the scenario files,
// the programs that they start and the flags. Returns the exit code. Throws UsageError,
// EnvironmentError.
int run_in_microvm(const Options& options, const std::vector<Play>& plays);
// The same; `output` receives what that orchestrator prints.
int run_in_microvm(const Options& options, const std::vector<Play>& plays,
                   const std::function<void(vm::Stream, std::string_view)>& output);

// Writes the files that were asked for: every play has died, because this machine cannot run
// them. Throws EnvironmentError, SystemError.
void report_that_none_ran(const Options& options, const std::vector<Play>& plays,
                          const std::string& why);

// --kernel all: runs one microVM after the other, for each kernel of class main, then prints
// the differences. Returns the worst exit code.
int run_on_all_kernels(const Options& options, const std::vector<Play>& plays);

}  // namespace lab::play
