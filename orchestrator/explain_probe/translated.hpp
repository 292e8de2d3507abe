// SPDX-License-Identifier: MIT
//
// A probe that NAT or IPVS has sent elsewhere: what it met there. Pure.
#pragma once

#include "explain_probe/probe.hpp"
#include "record/exchange.hpp"

namespace lab::explain {

// `there`: what was found at the translated address; null if no namespace of this machine is known
// to have it.
Probed judge_redirected(const Probe& probe, const Exchange& exchange, Answer answer,
                        const Diagnosis& predicted, const Diagnosis* there);

}  // namespace lab::explain
