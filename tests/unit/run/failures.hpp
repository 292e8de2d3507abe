// SPDX-License-Identifier: MIT
//
// What a run that a test has made was judged.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <iterator>
#include <vector>

#include "record/timeline.hpp"

namespace lab::run {

inline std::vector<Check> failures(const Timeline& timeline) {
  std::vector<Check> result;
  for (const StepRecord& step : timeline.steps)
    std::ranges::copy_if(step.checks, std::back_inserter(result),
                         [](const Check& check) { return check.outcome == Outcome::fail; });
  return result;
}

// Something was checked, too.
inline void expect_no_failure(const Timeline& timeline) {
  EXPECT_GT(tally(timeline).pass, 0u);
  EXPECT_EQ(timeline.aborted, "");
  for (const Check& check : failures(timeline))
    ADD_FAILURE() << check.title << " (" << check.witnesses.str()
                  << ")\n  expected: " << check.expected << "\n  seen: " << check.seen;
}

}  // namespace lab::run
