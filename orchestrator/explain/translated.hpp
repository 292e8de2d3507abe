// SPDX-License-Identifier: MIT
//
// A probe that NAT or IPVS has sent elsewhere: what it met there. Pure.
#pragma once

#include "explain/probe.hpp"

namespace lab::explain {

// What was found at the translated address: the same look as at the original one.
struct Continued {
  Diagnosis diagnosis;
  Filters filters = {};
};

// The destination of the probe's connection was changed.
bool was_redirected(const Probe& probe);

// `there`: null if no namespace of this machine is known to have the address.
Probed judge_redirected(const Probe& probe, Answer answer, const Diagnosis& predicted,
                        const Continued* there);

}  // namespace lab::explain
