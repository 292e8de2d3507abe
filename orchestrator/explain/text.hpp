// SPDX-License-Identifier: MIT
//
// An explanation for people.
#pragma once

#include <ostream>

#include "explain/diagnosis.hpp"
#include "explain/probe.hpp"
#include "report/style.hpp"

namespace lab::explain {

void print_text(const Facts& facts, const Diagnosis& diagnosis, std::ostream& out,
                const report::Style& style);

// What the probe brought, below the explanation.
void print_probe(const Probe& probe, const Probed& probed, std::ostream& out,
                 const report::Style& style);

}  // namespace lab::explain
