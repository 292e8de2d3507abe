// SPDX-License-Identifier: MIT
//
// From a play that is over to a kept lab: its file, its marks, its names.
#pragma once

#include "persist/lab.hpp"
#include "run/run_context.hpp"

namespace lab::persist {

// What its file is to say. This process is its keeper.
Lab describe(const std::string& name, run::RunContext& context);

// Writes it down, marks its namespaces and names them, in this order; stops the
// captures. When something fails, nothing of it is left. Throws UsageError when a
// lab or a namespace of that name exists, SystemError.
void keep_lab(const Place& place, const Lab& lab, run::RunContext& context);

}  // namespace lab::persist
