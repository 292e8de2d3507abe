// SPDX-License-Identifier: MIT
//
// What the outcome of a probe tells where no rule, trace, packet or counter names the cause. Pure.
#pragma once

#include <optional>

#include "explain/diagnosis.hpp"
#include "record/probe.hpp"

namespace lab::explain {

// As where the tables had a connection in TIME-WAIT with this 4-tuple, which connect() takes over.
std::optional<Conclusion> connected_to_itself(const Probe& probe, Answer answer);

// What could have come between: the likeliest is named.
Conclusion from_difference(const Probe& probe, Answer answer, const Diagnosis& predicted);

// The destination is not here: what was seen of it.
Conclusion elsewhere(const Probe& probe, Answer answer);

// connect() failed with EPERM, and no SYN was sent: a BPF program of the sender's cgroup
// (BPF_CGROUP_INET4_CONNECT, BPF_CGROUP_INET6_CONNECT) may refuse so, if `filters` has one.
std::optional<Conclusion> refused_by_program(const Probe& probe, Answer answer,
                                             const Filters& filters);

}  // namespace lab::explain
