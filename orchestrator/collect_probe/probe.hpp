// SPDX-License-Identifier: MIT
//
// Sends one real SYN, as a plain connect() would, and watches what becomes of it.
#pragma once

#include <chrono>

#include "net/namespace.hpp"
#include "record/machine_facts.hpp"
#include "record/probe.hpp"

namespace lab::collect {

// The SYN that `facts` are about, from the namespace that has its source
// address. A connection that comes about is closed at once. `patience`: how
// long to wait for an answer.
// Throws EnvironmentError when no namespace of this machine has the source.
Probe send_probe(const Namespace& here, const Facts& facts, std::chrono::milliseconds patience);

}  // namespace lab::collect
