// SPDX-License-Identifier: MIT
#include <gmock/gmock.h>

#include "run/conditions.hpp"
#include "util/error.hpp"

namespace lab::run {
namespace {

using testing::HasSubstr;
using testing::Optional;

scenario::Condition kernel(const std::string& range) {
  scenario::Condition condition;
  condition.kernel = range;
  condition.because = "the option is new";
  return condition;
}

TEST(WhyNot, NamesTheRangeTheKernelAndTheReason) {
  EXPECT_EQ(why_not(kernel(">=3.0")), std::nullopt);
  EXPECT_EQ(why_not(kernel(">=99.0")),
            "needs a kernel >=99.0, this is " + kernel_release() + " (the option is new)");
}

TEST(WhyNot, RefusesAnInvalidRange) { EXPECT_THROW(why_not(kernel("new")), UsageError); }

TEST(WhySkipped, NamesTheFirstUnmetNeed) {
  scenario::Scenario scenario;
  EXPECT_EQ(why_skipped(scenario, Family::inet), std::nullopt);
  scenario.needs = {kernel(">=3.0"), kernel("<3.0")};
  EXPECT_THAT(why_skipped(scenario, Family::inet), Optional(HasSubstr("needs a kernel <3.0")));
}

TEST(WhySkipped, IgnoresNeedsOfOtherPlays) {
  scenario::Scenario scenario;
  scenario.needs = {kernel("<3.0")};
  scenario.needs[0].families = {Family::inet6};
  EXPECT_EQ(why_skipped(scenario, Family::inet), std::nullopt);
  EXPECT_NE(why_skipped(scenario, Family::inet6), std::nullopt);
}

}  // namespace
}  // namespace lab::run
