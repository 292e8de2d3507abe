// SPDX-License-Identifier: MIT
//
// An explanation for people.
#pragma once

#include <ostream>

#include "draw/style.hpp"
#include "explain/diagnosis.hpp"
#include "explain_probe/probe.hpp"

namespace lab::explain_output {

void print_text(const Facts& facts, const explain::Diagnosis& diagnosis, std::ostream& out,
                const draw::Style& style, bool probe_follows = false);

// What the probe brought, below the explanation.
void print_probe(const Probe& probe, const explain::Probed& probed, std::ostream& out,
                 const draw::Style& style);

}  // namespace lab::explain_output
