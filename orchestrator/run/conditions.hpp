// SPDX-License-Identifier: MIT
//
// Decides what of a scenario can run in this kernel. What is skipped is always reported and
// counted, with the reason.
#pragma once

#include <optional>
#include <string>

#include "scenario/model.hpp"

namespace lab::run {

// uname -r
std::string kernel_release();

// Why the scenario cannot run over this family in this kernel: the first missing requirement
// of its `needs`, its topology or its steps. Nothing: it can. Throws UsageError for an
// invalid kernel range.
std::optional<std::string> why_skipped(const scenario::Scenario& scenario, Family family);

// The same for one condition (scenario/condition.hpp).
std::optional<std::string> why_not(const scenario::Condition& condition);

}  // namespace lab::run
