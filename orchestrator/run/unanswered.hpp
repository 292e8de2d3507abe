// SPDX-License-Identifier: MIT
//
// Finds the receiving host of a connect that was refused or not answered.
#pragma once

#include <optional>

#include "run/runner.hpp"

namespace lab::run {

// Nothing: the step is not a connect, it had another outcome, or the receiving host has no
// network stack. The result refers to `context`.
std::optional<Unanswered> unanswered(RunContext& context, const StepRecord& record);

}  // namespace lab::run
