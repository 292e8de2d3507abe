// SPDX-License-Identifier: MIT
#include "record/timeline.hpp"

#include <gtest/gtest.h>

#include "support/records.hpp"

namespace lab {
namespace {

TEST(Tally, CountsEachOutcome) {
  const Tally sum = tally(small_run());
  EXPECT_EQ(sum.pass, 2u);
  EXPECT_EQ(sum.fail, 1u);
  EXPECT_EQ(sum.not_observed, 1u);
}

TEST(Tally, CountsSkippedSteps) {
  Timeline run = small_run();
  run.steps.emplace_back().skipped = "needs a kernel >=99.0";
  EXPECT_EQ(tally(run).skipped, 1u);
  EXPECT_EQ(tally(run).pass, 2u);
}

// Where steps are left out, a record's place is not its index.
TEST(RecordOf, FindsAStepByItsIndexInTheScenario) {
  Timeline run = small_run();
  run.steps.emplace_back().index = 4;
  EXPECT_EQ(record_of(run, 4), &run.steps[1]);
  EXPECT_EQ(record_of(run, 1), nullptr);
}

TEST(NameOf, IsTheHostsNameOrTheAddress) {
  const Timeline run = small_run();
  EXPECT_EQ(name_of(run, Endpoint::parse("[fd00::2]:8888").value()), "server:8888");
  EXPECT_EQ(name_of(run, Endpoint::parse("[fd00::3]:8888").value()), "[fd00::3]:8888");
  EXPECT_EQ(name_of(run, Endpoint::parse("10.0.0.1:80").value()), "10.0.0.1:80");
}

}  // namespace
}  // namespace lab
