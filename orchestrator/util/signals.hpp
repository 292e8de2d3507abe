// SPDX-License-Identifier: MIT
#pragma once

#include "util/fd.hpp"

namespace lab {

// From here on SIGINT, SIGTERM and SIGHUP arrive on this signalfd, so that what was begun
// can be ended in order. Those that this process was started with as ignored stay
// ignored. Throws SystemError.
Fd block_signals();

// Takes a signal that has arrived there, and returns the exit code of a program that it
// ended: 128 and its number. Throws SystemError.
int take_signal(const Fd& signals);

// From here on a write beyond RLIMIT_FSIZE fails with EFBIG, and does not end the
// process by SIGXFSZ. Caught and not ignored, so that programs that are started get
// the default action back (execve(2)). Throws SystemError.
void catch_file_size_signal();

}  // namespace lab
