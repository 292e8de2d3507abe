// SPDX-License-Identifier: MIT
//
// Finds the receiving host of a connect that was refused or had no answer.
#pragma once

#include <optional>

#include "run/runner.hpp"

namespace lab::run {

// Nothing: the step is no connect, it had another outcome, or the host that has the
// destination address has no network stack. The result refers to `context`.
std::optional<Unanswered> unanswered(RunContext& context, const StepRecord& record);

}  // namespace lab::run
