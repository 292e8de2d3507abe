// SPDX-License-Identifier: MIT
#include "report/play_result.hpp"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "support/timelines.hpp"

namespace lab::report {
namespace {

using std::chrono::nanoseconds;

TEST(PlayResult, SaysWhereTheFirstCheckFailed) {
  const Timeline run = testing::no_listen_failing();
  const PlayResult result = result_of(run);
  EXPECT_EQ(result.outcome, Outcome::fail);
  ASSERT_TRUE(result.failure.has_value());
  const StepRecord& step = run.steps.at(5);
  EXPECT_EQ(result.failure->step.number, 6u);
  EXPECT_EQ(result.failure->step.text, step.text);
  EXPECT_EQ(result.failure->step.line, 25);
  EXPECT_EQ(result.failure->expected, step.checks.back().expected);
  EXPECT_EQ(result.failure->seen, step.checks.back().seen);
  EXPECT_EQ(result.checks.not_observed, 3u);
  EXPECT_THAT(result.not_observed,
              ::testing::ElementsAre(::testing::Pair("module: tcp_lookup.ko is not loaded", 3)));
}

TEST(PlayResult, SaysWhyARunEndedEarlyWithoutAFailedCheck) {
  Timeline run = testing::simopen();
  run.aborted = "the link has gone";
  const PlayResult result = result_of(run);
  EXPECT_EQ(result.outcome, Outcome::fail);
  ASSERT_TRUE(result.failure.has_value());
  EXPECT_EQ(result.failure->seen, "the link has gone");
  EXPECT_EQ(result.failure->step.number, run.steps.size());
}

TEST(PlayResult, HasNoFailureWhenAllPassed) {
  EXPECT_FALSE(result_of(testing::simopen()).failure.has_value());
}

TEST(PlayResult, KnowsItsSlowestStep) {
  Timeline run = testing::simopen();
  run.steps.at(3).end = run.steps[3].begin + 12'345'678;
  const PlayResult result = result_of(run);
  EXPECT_EQ(result.slowest.number, 4u);
  EXPECT_EQ(result.slowest.text, run.steps[3].text);
  EXPECT_EQ(result.slowest_took, nanoseconds(12'345'678));
  EXPECT_EQ(result.took, nanoseconds(run.end - run.begin));
}

TEST(PlayResult, HasALabelOfScenarioVariantAndFamily) {
  Timeline run = testing::simopen();
  EXPECT_EQ(label(result_of(run)), "simopen ipv4");
  run.variant = "crossing";
  run.family = Family::inet6;
  EXPECT_EQ(label(result_of(run)), "simopen crossing ipv6");
}

TEST(PlayResult, RoundTripsAsJson) {
  PlayResult sent = result_of(testing::no_listen_failing());
  sent.variant = "exact";
  sent.ending = PlayResult::Ending::unplayable;
  sent.why = "no root";
  sent.paths = "a received S\n";
  const PlayResult got = nlohmann::json::parse(nlohmann::json(sent).dump());
  // Whatever is in it is in its JSON; so two that are the same there are the same.
  EXPECT_EQ(nlohmann::json(got), nlohmann::json(sent));
  EXPECT_EQ(got.ending, sent.ending);
  EXPECT_EQ(got.why, "no root");
  EXPECT_EQ(got.checks.not_observed, 3u);
  EXPECT_EQ(got.failure->seen, sent.failure->seen);
  EXPECT_EQ(got.slowest.text, sent.slowest.text);
  EXPECT_EQ(got.took, sent.took);

  const PlayResult well = result_of(testing::simopen());
  EXPECT_FALSE(PlayResult(nlohmann::json(well)).failure.has_value());
  EXPECT_EQ(nlohmann::json(sent)["ending"], "unplayable");
  EXPECT_EQ(nlohmann::json(sent)["outcome"], "fail");
  EXPECT_EQ(nlohmann::json(sent)["family"], "ipv4");
}

}  // namespace
}  // namespace lab::report
