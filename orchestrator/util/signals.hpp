// SPDX-License-Identifier: MIT
#pragma once

#include "util/fd.hpp"

namespace lab {

// From here on Ctrl-C and a polite kill arrive as something to read (a
// signalfd), so that what was begun is ended in order.
Fd block_signals();

}  // namespace lab
