// SPDX-License-Identifier: MIT
//
// The result of a step and its checks, in the words and order of all reports.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "record/timeline.hpp"

namespace lab::sequence {

// Merged checks that differ only in the witness: those that saw it, and those that could not.
struct MergedCheck {
  const Check* check;
  std::string saw, blind;  // witnesses
  std::set<Witnesses> witnesses = {};
};

// In the order of the checks. Failed checks are never merged, because each witness's view must be
// shown.
std::vector<MergedCheck> merged_checks(const std::vector<Check>& checks);

// "ECONNREFUSED", "timed out"; empty: nothing to add.
std::string result_of(const StepRecord& step);

// The worst outcome among the step's checks; pass when it has none.
Outcome outcome_of(const StepRecord& step);

}  // namespace lab::sequence
