// SPDX-License-Identifier: MIT
#pragma once

#include "util/fd.hpp"

namespace lab {

// From here on SIGINT, SIGTERM and SIGHUP arrive on this signalfd, so that running work
// can be ended in order. Those that were ignored when this process started stay
// ignored. Throws SystemError.
Fd block_signals();

// Takes a signal that has arrived there, and returns the exit code of a program that it
// ends: 128 + its number. Throws SystemError.
int take_signal(const Fd& signals);

// From here on a write beyond RLIMIT_FSIZE fails with EFBIG instead of killing the
// process with SIGXFSZ. The signal is caught, not ignored, so that child programs get
// the default action back (execve(2)). Throws SystemError.
void catch_file_size_signal();

}  // namespace lab
