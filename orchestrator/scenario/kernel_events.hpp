// SPDX-License-Identifier: MIT
//
// The events that a `path` step can name, and the words allowed with each, from the view
// "trace" in include/tcp_lookup/contract.h. With them the parser refuses misspelt events, which
// would never happen.
#pragma once

#include <vector>

#include "record/kernel_function.hpp"
#include "record/trace_words.hpp"

namespace lab::scenario {

struct KernelEvent {
  KernelFunction function;  // as for IPv4
  std::vector<TraceOutcome> outcomes;
  std::vector<TraceDetail> details;
  bool reasons = false;  // whether it may have a reason, in the kernel's words
};

const std::vector<KernelEvent>& kernel_events();

}  // namespace lab::scenario
