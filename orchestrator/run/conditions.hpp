// SPDX-License-Identifier: MIT
//
// What of a scenario can be played in this kernel, and why the rest cannot. A
// reason is reported, and counted; never is anything left out in silence.
#pragma once

#include <optional>
#include <string>

#include "scenario/model.hpp"

namespace lab::run {

// uname -r
std::string kernel_release();

// Why the scenario cannot be played over this family in this kernel: of what it
// `needs`, and of what its topology and its steps take, the first that is not
// there. Nothing: it can. Throws UsageError for a kernel range that is none.
std::optional<std::string> why_skipped(const scenario::Scenario& scenario, Family family);

// The same of one condition that concerns the play (scenario/condition.hpp).
std::optional<std::string> why_not(const scenario::Condition& condition);

}  // namespace lab::run
