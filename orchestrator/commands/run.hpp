// SPDX-License-Identifier: MIT
#pragma once

#include "play/options.hpp"

namespace lab::commands {

// run: decides in which kernel the scenarios are played, and plays them there. Returns the
// exit code.
int run(const play::Options& options);

}  // namespace lab::commands
