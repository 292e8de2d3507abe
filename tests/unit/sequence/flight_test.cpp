// SPDX-License-Identifier: MIT
#include "sequence/flight.hpp"

#include <gmock/gmock.h>

#include "support/timelines.hpp"

namespace lab::sequence {
namespace {

using testing::segment;
using testing::Story;
using testing::two_hosts;

constexpr const char* a = "10.0.0.1:1";
constexpr const char* b = "10.0.0.2:2";

TEST(Flights, ShowEachPacketOnceWithBothTimes) {
  Story story = two_hosts();
  story.packet("a", "b", segment(a, b, "S", 1000));
  const auto all = flights(story.timeline);
  ASSERT_EQ(all.size(), 1u);
  EXPECT_EQ(all[0].from, "a");
  EXPECT_EQ(all[0].to, "b");
  ASSERT_TRUE(all[0].whole());
  EXPECT_EQ(*all[0].arrived - *all[0].left, 9 * testing::us);
}

// Nothing happened at that step; what came after it comes from the one before.
TEST(Flights, BelongToNoStepThatWasSkipped) {
  Story story = two_hosts();
  story.step("skip").skipped = "needs a kernel >=99.0";
  story.packet("a", "b", segment(a, b, "S", 1000));
  EXPECT_EQ(flights(story.timeline).at(0).step, 0u);
}

TEST(Flights, MatchEqualPacketsFirstSentToFirstArrived) {
  Story story = two_hosts();
  story.packet("a", "b", segment(a, b, "S", 1000), 10 * testing::us);
  story.packet("a", "b", segment(a, b, "S", 1000), 50 * testing::us);
  const auto all = flights(story.timeline);
  ASSERT_EQ(all.size(), 2u);
  for (const Flight& flight : all) EXPECT_EQ(*flight.arrived - *flight.left, 9 * testing::us);
  EXPECT_FALSE(all[0].again);
  EXPECT_TRUE(all[1].again);
}

TEST(Flights, CountFromTheInitialSequenceNumbers) {
  Story story = two_hosts();
  story.packet("a", "b", segment(a, b, "S", 0xffffffff), 10 * testing::us);
  story.packet("b", "a", segment(b, a, "S.", 5000, 0), 20 * testing::us);
  story.packet("a", "b", segment(a, b, "P.", 0, 5001, 5), 30 * testing::us);
  const auto all = flights(story.timeline);
  ASSERT_EQ(all.size(), 3u);
  EXPECT_EQ(all[1].sequence, 0u);
  EXPECT_EQ(all[1].acknowledgment, 1u);  // past the wrap
  EXPECT_EQ(all[2].sequence, 1u);
  EXPECT_EQ(all[2].acknowledgment, 1u);
}

// A second connection on the same ports starts to count anew.
TEST(Flights, CountAnewAfterANewSyn) {
  Story story = two_hosts();
  story.packet("a", "b", segment(a, b, "S", 1000), 10 * testing::us);
  story.packet("b", "a", segment(b, a, "R.", 0, 1001), 20 * testing::us);
  story.packet("a", "b", segment(a, b, "S", 9000), 30 * testing::us);
  story.packet("b", "a", segment(b, a, "S.", 7000, 9001), 40 * testing::us);
  const auto all = flights(story.timeline);
  ASSERT_EQ(all.size(), 4u);
  EXPECT_EQ(all[1].sequence, 0u);
  EXPECT_EQ(all[1].acknowledgment, 1u);
  EXPECT_EQ(all[2].sequence, 0u);
  EXPECT_EQ(all[3].sequence, 0u);
  EXPECT_EQ(all[3].acknowledgment, 1u);
}

// Two namespaces may use the same addresses, each over its own lo.
TEST(Flights, CountEachHostsLoopbackSeparately) {
  Story story;
  story.timeline.hosts = {{"one", {}, 1}, {"two", {}, 2}};
  story.step("connect");
  constexpr const char* self = "127.0.0.1:34567";
  story.packet("one", "one", segment(self, self, "S", 1000), 10 * testing::us);
  story.packet("two", "two", segment(self, self, "S", 9000), 20 * testing::us);
  story.packet("one", "one", segment(self, self, "P.", 1001, 1001, 5), 30 * testing::us);
  for (Packet& packet : story.timeline.packets) packet.device = "lo";
  const auto all = flights(story.timeline);
  ASSERT_EQ(all.size(), 3u);
  EXPECT_EQ(all[2].sequence, 1u);
  EXPECT_EQ(all[2].acknowledgment, 1u);
}

}  // namespace
}  // namespace lab::sequence
