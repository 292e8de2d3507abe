// SPDX-License-Identifier: MIT
//
// A probe that an ICMP error has answered. TCP sends none: a firewall or routing does. Pure.
#pragma once

#include "explain/diagnosis.hpp"
#include "record/exchange.hpp"
#include "record/probe.hpp"

namespace lab::explain {

// connect() was told of it: it has failed with that error.
Conclusion by_icmp(const Probe& probe, const Exchange& exchange);

}  // namespace lab::explain
