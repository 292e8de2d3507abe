// SPDX-License-Identifier: MIT
//
// Turns a finished play into a kept lab: writes its file, its marks, its names.
#pragma once

#include "persist/lab.hpp"
#include "run/run_context.hpp"

namespace lab::persist {

// The content of its file. This process is its keeper.
Lab describe(const std::string& name, run::RunContext& context);

// Writes its file, marks its namespaces and names them, in this order; stops the
// captures. Undoes everything on failure. Throws UsageError when a lab or a namespace
// of that name exists, SystemError.
void keep_lab(const Place& place, const Lab& lab, run::RunContext& context);

}  // namespace lab::persist
