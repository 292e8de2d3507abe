// SPDX-License-Identifier: MIT
#pragma once

#include <vector>

#include "play/options.hpp"
#include "play/play_list.hpp"
#include "run/runner.hpp"

namespace lab::play {

// Runs all plays in this kernel, each in its own process. Returns the exit code.
// `cause` is called in a play's process. Throws UsageError, EnvironmentError, SystemError.
int run_here(const Options& options, const std::vector<Play>& plays, const run::FindCause& cause);

}  // namespace lab::play
