// SPDX-License-Identifier: MIT
#include "record/trace.hpp"

namespace lab {

bool is_sending(const TraceEvent& event) { return is_sending(event.event); }

bool is_call_of(const TraceEvent& event, KernelFunction ipv4) {
  return ipv4_function(event.event) == ipv4;
}

}  // namespace lab
