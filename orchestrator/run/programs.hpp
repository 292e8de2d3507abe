// SPDX-License-Identifier: MIT
//
// What the verbs on programs share.
#pragma once

#include "run/run_context.hpp"

namespace lab::run {

// Waits for the program's end and tells of it; at the deadline it is killed.
void await_end(RunContext& context, Program& program, StepRecord& record);

// Writes into the record what the program has said, and how it ended if it did
// so by itself.
void tell(const Program& program, StepRecord& record);

}  // namespace lab::run
