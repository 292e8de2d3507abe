// SPDX-License-Identifier: MIT
#pragma once

#include "run/run_context.hpp"

namespace lab::run {

// Waits until the kernel has delivered what the hosts have sent so far, and the captures have shown
// it: until no processor has packets left in its backlog (softnet_data), no softirq that had begun
// is still running, and nothing new was captured. At most until the deadline. What a timer or a
// link's delay sends later is not waited for.
void await_delivery(RunContext& context, const Deadline& deadline);

}  // namespace lab::run
