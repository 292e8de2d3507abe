// SPDX-License-Identifier: MIT
//
// What came of a step, in the words and the order of every report.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "record/timeline.hpp"

namespace lab::sequence {

// Checks that say the same and differ in their witness alone, in one: those who
// saw it, and those who could not.
struct MergedCheck {
  const Check* check;
  std::string saw, blind;  // witnesses
  std::set<Witnesses> witnesses = {};
};

// In the order of the checks. A failed check always stands alone: what each witness
// saw must be shown.
std::vector<MergedCheck> merged_checks(const std::vector<Check>& checks);

// "ECONNREFUSED", "timed out"; empty: nothing to add.
std::string result_of(const StepRecord& step);

// The worst outcome among the step's checks; pass when it has none.
Outcome outcome_of(const StepRecord& step);

}  // namespace lab::sequence
