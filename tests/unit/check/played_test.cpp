// SPDX-License-Identifier: MIT
//
// What a play leaves out claims nothing, so that a later step gets what it
// would have claimed.
#include <gmock/gmock.h>

#include "check/paths.hpp"
#include "check/played.hpp"
#include "check/segments.hpp"
#include "unit/check/timelines.hpp"

namespace lab::check {
namespace {

using testing::SizeIs;

scenario::Condition over(Family family) {
  scenario::Condition condition;
  condition.families = {family};
  return condition;
}

StepRecord skipped(std::size_t index) {
  StepRecord record;
  record.index = index;
  record.skipped = "needs a kernel >=99.0";
  return record;
}

// Step 3 of the scenario (from 0) names one segment at the client, step 4 another.
scenario::Scenario two_claims() {
  scenario::Packets claim;
  claim.host = "client";
  claim.segments.resize(1);
  return scenario_with({claim, claim});
}

Timeline two_segments() {
  Timeline timeline = two_hosts();
  timeline.packets = {packet("client", true, "10.0.0.1:40000", "10.0.0.2:8888", "S", 100),
                      packet("client", false, "10.0.0.2:8888", "10.0.0.1:40000", "R.", 0, 101)};
  return timeline;
}

TEST(TakesPart, ExcludesSkippedStepsAndThoseOfOtherPlays) {
  scenario::Scenario scenario = two_claims();
  Timeline timeline = two_hosts();
  EXPECT_TRUE(takes_part(scenario, timeline, 3));
  timeline.steps = {skipped(3)};
  EXPECT_FALSE(takes_part(scenario, timeline, 3));
  EXPECT_TRUE(takes_part(scenario, timeline, 4));

  scenario.steps[4].when = over(Family::inet6);
  EXPECT_FALSE(takes_part(scenario, timeline, 4));
  timeline.family = Family::inet6;
  EXPECT_TRUE(takes_part(scenario, timeline, 4));

  scenario.steps[4].when->variants = {"exact"};
  EXPECT_FALSE(takes_part(scenario, timeline, 4));
  scenario.variant = "exact";
  EXPECT_TRUE(takes_part(scenario, timeline, 4));
}

TEST(Window, BeginsAfterTheStepsThatRan) {
  scenario::Scenario scenario = two_claims();
  Timeline timeline = two_segments();
  EXPECT_THAT(window(timeline, scenario, 4), SizeIs(1));
  timeline.steps = {skipped(3)};
  EXPECT_THAT(window(timeline, scenario, 4), SizeIs(2));
  timeline.steps.clear();
  scenario.steps[3].when = over(Family::inet6);
  EXPECT_THAT(window(timeline, scenario, 4), SizeIs(2));
}

TEST(PathOf, IgnoresStepsThatDidNotRun) {
  scenario::Path path;
  path.host = "server";
  path.segment = {place("client", 40000), place("server", 8888), *TcpFlags::parse("S"), {}};
  const scenario::Scenario scenario = scenario_with({path, path});
  Timeline timeline = two_hosts();
  TraceEvent event;
  event.host = "server";
  event.segment = 1;
  event.event = KernelFunction::rcv4;
  event.source = at("10.0.0.1:40000");
  event.destination = at("10.0.0.2:8888");
  event.flags = TcpFlags::parse("S");
  timeline.trace = {event};
  const auto paths = paths_at(timeline, "server");
  ASSERT_THAT(paths, SizeIs(1));
  EXPECT_EQ(path_of(timeline, paths, scenario, 4), nullptr);
  timeline.steps = {skipped(3)};
  EXPECT_EQ(path_of(timeline, paths, scenario, 4), &paths[0]);
}

// The winner of an accept() has two names and one cookie.
TEST(Fits, MatchesASocketByEitherName) {
  Timeline timeline = two_hosts();
  timeline.sockets.push_back({"winner", "server", 71, 701});
  TraceEvent event;
  event.event = KernelFunction::conn_request;
  event.cookie = 71;
  scenario::PathEvent wanted;
  wanted.event = KernelFunction::conn_request;
  for (const char* name : {"srv", "winner"}) {
    wanted.socket = name;
    EXPECT_EQ(fit(timeline, wanted, event), Fit::yes) << name;
  }
  wanted.socket = "conn";
  EXPECT_EQ(fit(timeline, wanted, event), Fit::no);
}

}  // namespace
}  // namespace lab::check
