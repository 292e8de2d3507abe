// SPDX-License-Identifier: MIT
//
// The buckets of the segments that a run's hosts received.
#pragma once

#include "run/run_context.hpp"

namespace lab::run {

// Asks the module of each host for the 4-tuples that arrived there, as the trace has them, and
// keeps its answers (Timeline::arrivals). The trace tells that a bucket had nothing, not which
// bucket; the hash of a 4-tuple stays the same while the kernel runs. Does nothing on a host
// without the module; a refusal is kept with its reason.
void record_arrivals(RunContext& context);

}  // namespace lab::run
