// SPDX-License-Identifier: MIT
#include "record/trace.hpp"

namespace lab {

bool is_sending(const TraceEvent& event) { return is_sending(event.event); }

}  // namespace lab
