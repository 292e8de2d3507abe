// SPDX-License-Identifier: MIT
#pragma once

#include "explain/diagnosis.hpp"
#include "record/probe.hpp"

namespace lab::explain {

// A probe that was answered with a challenge ACK: the sender's RST ends the old connection, and its
// second SYN makes a new one.
Conclusion after_challenge(const Probe& probe, const Diagnosis& predicted, Answer answer);

}  // namespace lab::explain
