// SPDX-License-Identifier: MIT
#pragma once

#include "util/fd.hpp"

namespace lab {

// From here on SIGINT, SIGTERM and SIGHUP arrive on this signalfd, so that what was begun
// can be ended in order. Throws SystemError.
Fd block_signals();

// Takes a signal that has arrived there, and returns the exit code of a program that it
// ended: 128 and its number. Throws SystemError.
int take_signal(const Fd& signals);

}  // namespace lab
