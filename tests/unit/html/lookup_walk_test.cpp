// SPDX-License-Identifier: MIT
//
// The probe's walk, and its drawing against a file under tests/golden/html. When a
// change is meant:
//
//     LAB_UPDATE_GOLDEN=1 unit_html --gtest_filter='Golden*'
#include "html/lookup_walk.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>

#include "support/golden.hpp"
#include "unit/html/runs.hpp"

namespace lab::html {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

LookupWalk walk_in(const Timeline& run) {
  for (const StepRecord& step : run.steps)
    for (const Lookup& lookup : step.lookups) return lookup_walk_of(run, step, lookup);
  throw std::logic_error("no lookup");
}

StepRecord& asking(Timeline& run) { return run.steps.back(); }
LookupAnswer& answer(Timeline& run) { return *asking(run).lookups[0].answer; }

TEST(LookupWalk, GoesFromBucketToBucketInTheOrderOfTheReceivePath) {
  const LookupWalk walk = walk_in(testing::asked());
  EXPECT_EQ(walk.probe, "client:40000 > server:8888");
  ASSERT_EQ(walk.stops.size(), 3u);
  EXPECT_EQ(walk.stops[0].function, "__inet_lookup_established");
  EXPECT_EQ(walk.stops[1].step, LookupStepName::exact);
  EXPECT_TRUE(walk.stops[1].chain.empty());
  EXPECT_EQ(walk.stops[2].bucket, 86u);
  EXPECT_EQ(walk.chains_of_step, 2u);
}

TEST(LookupWalk, RunsThroughWhatItComparesAndStaysAtTheHit) {
  const LookupWalk walk = walk_in(testing::asked());
  ASSERT_EQ(walk.stops[0].chain.size(), 1u);
  EXPECT_TRUE(walk.stops[0].chain[0].compared);
  EXPECT_FALSE(walk.stops[0].chain[0].hit);
  // Positions 0 and 1 are of sockets that this host does not see.
  const auto& chain = walk.stops[2].chain;
  ASSERT_EQ(chain.size(), 2u);
  EXPECT_FALSE(chain[0].row);
  EXPECT_EQ(chain[0].count, 2u);
  EXPECT_EQ(chain[1].name, "srv");
  EXPECT_TRUE(chain[1].hit);
}

TEST(LookupWalk, EndsBeforeTheRestOfTheChain) {
  Timeline run = testing::asked();
  answer(run).steps[0].walked = 0;
  EXPECT_FALSE(walk_in(run).stops[0].chain[0].compared);
}

TEST(LookupWalk, PlacesAHitThatAppearedAfterTheTables) {
  Timeline run = testing::asked();
  run.steps[1].snapshots[0].listeners[0].rows->clear();
  const auto chain = walk_in(run).stops[2].chain;
  ASSERT_EQ(chain.size(), 2u);
  EXPECT_EQ(chain[0].count, 2u);
  EXPECT_TRUE(chain[1].hit);
  EXPECT_EQ(chain[1].name, "srv");
}

// A stored report can say any number: memory must not depend on it.
TEST(LookupWalk, CountsWhatNoTableShows) {
  Timeline run = testing::asked();
  answer(run).steps[2].walked = 4294967295u;
  run.steps[1].snapshots[0].listeners[0].rows->front().position = 4294967290u;
  const auto chain = walk_in(run).stops[2].chain;
  ASSERT_EQ(chain.size(), 3u);
  EXPECT_EQ(chain[0].count, 4294967290u);
  EXPECT_TRUE(chain[1].hit);
  EXPECT_TRUE(chain[1].compared);
  EXPECT_EQ(chain[2].count, 4u);
  run.steps[1].snapshots[0].listeners[0].rows->clear();
  const auto unknown = walk_in(run).stops[2].chain;
  ASSERT_EQ(unknown.size(), 2u);
  EXPECT_EQ(unknown[0].count, 4294967294u);
  EXPECT_TRUE(unknown[1].hit);
}

TEST(LookupWalk, ShowsOnlyTheAnswerIfNoTablesWereRead) {
  Timeline run = testing::asked();
  run.steps[1].snapshots.clear();
  const LookupWalk walk = walk_in(run);
  EXPECT_FALSE(walk.chains_of_step);
  EXPECT_EQ(walk.stops[0].chain.size(), 1u);
  EXPECT_FALSE(walk.stops[0].chain[0].row);
  EXPECT_TRUE(walk.stops[2].chain.back().hit);
}

TEST(LookupWalk, UsesTheLastTablesBeforeIt) {
  Timeline run = testing::asked();
  StepRecord later = run.steps[1];
  later.index = 3;
  later.snapshots[0].listeners[0].rows->clear();
  run.steps.push_back(later);
  const LookupWalk walk = lookup_walk_of(run, run.steps[2], run.steps[2].lookups[0]);
  EXPECT_EQ(walk.chains_of_step, 2u);
}

TEST(LookupWalk, NamesTheFunctionsOfIpv6) {
  Timeline run = testing::asked();
  answer(run).tuple = {testing::at("[fd00::1]:40000"), testing::at("[fd00::2]:8888"), ""};
  const LookupWalk walk = walk_in(run);
  EXPECT_EQ(walk.stops[0].function, "__inet6_lookup_established");
  EXPECT_EQ(walk.stops[1].function, "inet6_lhash2_lookup");
}

TEST(LookupWalk, ShowsAllHoldersOfThePortAndTheReportedOne) {
  const LookupWalk walk = walk_in(testing::asked());
  ASSERT_TRUE(walk.bind);
  ASSERT_EQ(walk.bind->chain.size(), 2u);
  EXPECT_TRUE(walk.bind->chain[0].hit);
  EXPECT_EQ(walk.bind->chain[1].name, "old");
  EXPECT_FALSE(walk.bind->chain[1].compared);
}

// Where the module did not look for a holder, or not at all sockets, none is denied.
TEST(LookupWalk, DoesNotDenyHoldersThatTheModuleDidNotSearch) {
  Timeline run = testing::asked();
  run.steps[1].snapshots.clear();
  LookupStep& bind = answer(run).steps.at(3);
  ASSERT_EQ(bind.step, LookupStepName::bind);
  bind.socket.reset();
  const auto drawn = [&](LookupResult result) {
    bind.result = result;
    return lookup_walk_svg(run, walk_in(run));
  };
  EXPECT_THAT(drawn(LookupResult::miss), HasSubstr("no socket holds the port"));
  EXPECT_THAT(drawn(LookupResult::skipped),
              AllOf(HasSubstr("an earlier step hit"), Not(HasSubstr("no socket holds the port"))));
  bind.walked = 128;
  EXPECT_THAT(drawn(LookupResult::cut), AllOf(HasSubstr("among the first 128 sockets"),
                                              Not(HasSubstr("no socket holds the port"))));
}

// The walk ends at the first member of a group that it meets, and the group chooses.
TEST(LookupWalk, JumpsToTheMemberThatItsGroupChose) {
  Timeline run = testing::asked();
  answer(run).steps[2].walked = 1;
  const LookupWalk walk = walk_in(run);
  const auto& chain = walk.stops[2].chain;
  ASSERT_EQ(chain.size(), 3u);
  EXPECT_TRUE(chain[0].compared);
  EXPECT_FALSE(chain[1].compared);
  EXPECT_TRUE(chain[2].hit);
  EXPECT_FALSE(chain[2].compared);
  EXPECT_THAT(lookup_walk_svg(run, walk), HasSubstr("class=\"walk jump\""));
  EXPECT_THAT(lookup_walk_svg(run, walk), HasSubstr("hit, score 2, chosen by its group"));
}

TEST(LookupWalk, CountsTheOmittedSocketsOfALongChain) {
  Timeline run = testing::asked();
  auto& rows = *run.steps[1].snapshots[0].ehash[0].rows;
  rows.clear();
  for (std::uint32_t i = 0; i < 25; ++i)
    rows.push_back(testing::placed(
        testing::row(TcpState::established, "10.0.0.2:8888", "10.0.0.1:50000", 100 + i), 3980, i));
  EXPECT_THAT(lookup_walk_svg(run, walk_in(run)), HasSubstr("and 15 more"));
}

TEST(Golden, MatchesTheLookupWalkToAListener) {
  const Timeline run = testing::asked();
  testing::expect_golden("html/lookup_walk.svg", lookup_walk_svg(run, walk_in(run)));
}

}  // namespace
}  // namespace lab::html
