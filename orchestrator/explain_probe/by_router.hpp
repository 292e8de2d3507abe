// SPDX-License-Identifier: MIT
//
// A namespace of this machine between both ends that does not send the SYN or its answer on. Pure.
#pragma once

#include <optional>

#include "explain/diagnosis.hpp"
#include "record/exchange.hpp"
#include "record/probe.hpp"

namespace lab::explain {

// Nothing: no such router is known, or the segment was seen behind it, or not seen before it.
std::optional<Conclusion> lost_at_router(const Probe& probe, const Exchange& exchange,
                                         Answer answer);

// The same of a probe that was asked for at the sender, where nobody sees whether there was an
// answer.
Conclusion silent_behind_router(const Probe& probe, Conclusion silent);

}  // namespace lab::explain
