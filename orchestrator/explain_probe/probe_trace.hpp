// SPDX-License-Identifier: MIT
//
// What the trace shows of a probe: who ended its segment, and why. Pure.
#pragma once

#include <optional>

#include "explain/diagnosis.hpp"
#include "record/probe.hpp"

namespace lab::explain {

// A firewall acts before TCP, so its drop is the cause even where TCP would have refused,
// too. Nothing: the trace shows no drop by netfilter.
std::optional<Conclusion> firewall_in_trace(const Probe& probe, Answer answer);

// TCP had the SYN, and has decided what comes of it; so nothing has taken it before.
bool tcp_is_in_trace(const Probe& probe);

// TCP itself sent a RST.
bool tcp_reset_is_in_trace(const Probe& probe);

// The cause of an answer that was not predicted. Nothing: the trace shows none.
std::optional<Conclusion> from_trace(const Probe& probe, Answer answer);

}  // namespace lab::explain
