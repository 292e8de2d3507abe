// SPDX-License-Identifier: MIT
//
// The parts of diagnose(), in the order of the receive path. Each adds the
// steps that it explains.
#pragma once

#include <optional>

#include "explain/diagnosis.hpp"

namespace lab::explain {

// Routing. Nothing: the SYN reaches TCP here.
std::optional<Conclusion> before_tcp(const Facts& facts, Diagnosis& diagnosis);

// What the lookups found: `found` is the socket, null when there is none.
Conclusion at_connection(const Facts& facts, const Row& found, Diagnosis& diagnosis);
Conclusion at_listener(const Facts& facts, const Row& found, Diagnosis& diagnosis);
Conclusion at_nobody(const Facts& facts, Diagnosis& diagnosis);

// What else is worth knowing, and what nobody could see.
void add_findings(const Facts& facts, Diagnosis& diagnosis);
void add_not_observed(const Facts& facts, Diagnosis& diagnosis);

}  // namespace lab::explain
