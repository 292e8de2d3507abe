// SPDX-License-Identifier: MIT
#pragma once

#include "explain/diagnosis.hpp"
#include "record/probe.hpp"

namespace lab::explain {

// Of a probe whose connect() failed with ECONNRESET. In SYN-SENT a RST gives ECONNREFUSED, so a
// SYN-ACK came first (tcp_reset()).
Conclusion reset_after_answer(const Probe& probe);

}  // namespace lab::explain
