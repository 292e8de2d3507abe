// SPDX-License-Identifier: MIT
#pragma once

#include "play/options.hpp"

namespace lab::commands {

// run: decide in which kernel the scenarios run, and run them there. Returns the exit
// code. Throws UsageError, EnvironmentError.
int run(const play::Options& options);

}  // namespace lab::commands
