// SPDX-License-Identifier: MIT
//
// From a play that is over to a lab that stands: written down, marked, named.
#pragma once

#include "run/run_context.hpp"
#include "stand/lab.hpp"

namespace lab::stand {

// What is to be written down of it. This process is its keeper.
Lab describe(const std::string& name, run::RunContext& context);

// Writes it down, marks its namespaces and names them, in this order; stops the
// captures. When something fails, nothing of it is left. Throws UsageError when a
// lab or a namespace of that name stands, SystemError.
void make_stand(const Place& place, const Lab& lab, run::RunContext& context);

}  // namespace lab::stand
