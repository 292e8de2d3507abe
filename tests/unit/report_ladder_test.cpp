// SPDX-License-Identifier: MIT
#include <gmock/gmock.h>

#include <sstream>

#include "report/flight.hpp"
#include "report/ladder.hpp"
#include "report_timelines.hpp"
#include "util/text.hpp"

namespace lab::report {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using testing::segment;
using testing::Story;

constexpr const char* a = "10.0.0.1:1";
constexpr const char* b = "10.0.0.2:2";

Story two_hosts() {
  Story story;
  story.timeline.hosts = {{"a", {{"eth0", *Address::parse("10.0.0.1")}}, 1},
                          {"b", {{"eth0", *Address::parse("10.0.0.2")}}, 2}};
  story.timeline.links = {{"a:eth0", "b:eth0"}};
  story.step("play");
  return story;
}

std::string drawn(const Timeline& timeline) {
  std::ostringstream out;
  Page page(out, {false, 80, false});
  draw_packets(page, timeline);
  return out.str();
}

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
TEST(Flights, CountEachHostsLoopbackApart) {
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

TEST(Ladder, ShowsASegmentGoingAndItsAnswerComing) {
  Story story = two_hosts();
  story.packet("a", "b", segment(a, b, "S", 1000), 10 * testing::us);
  story.packet("b", "a", segment(b, a, "R.", 0, 1001), 30 * testing::us);
  EXPECT_THAT(
      drawn(story.timeline),
      HasSubstr(
          "  step       ms  a:1                                               b:2        ms\n"
          "     1    0.000  | -- SYN seq 0 -----------------------------------> |     0.009\n"
          "          0.029  | <------------------------- RST ACK seq 0 ack 1 -- |     0.020\n"));
}

// One SYN was held until the other had arrived; TCP tells that they cross all the same.
TEST(Ladder, ShowsTwoBareSynsAsCrossing) {
  Story story = two_hosts();
  story.packet("a", "b", segment(a, b, "S", 1000), 10 * testing::us);
  story.packet("b", "a", segment(b, a, "S", 5000), 50 * testing::us);
  EXPECT_THAT(
      drawn(story.timeline),
      HasSubstr(
          "     1    0.000  | -- SYN seq 0 ----------+ +---------- SYN seq 0 -- |     0.040\n"
          "                 |                         X  simultaneous open      |\n"
          "          0.049  | <----------------------+ +----------------------> |     0.009\n"));
}

TEST(Ladder, ShowsNoCrossingWhereOneAnswersTheOther) {
  Story story = two_hosts();
  story.packet("a", "b", segment(a, b, "S", 1000), 10 * testing::us);
  story.packet("b", "a", segment(b, a, "S.", 5000, 1001), 50 * testing::us);
  EXPECT_THAT(drawn(story.timeline), Not(HasSubstr("X")));
}

TEST(Ladder, ShowsDataThatPassesOnTheWayAsCrossing) {
  Story story = two_hosts();
  story.packet("a", "b", segment(a, b, ".", 1, 1), 10 * testing::us);
  story.packet("b", "a", segment(b, a, ".", 1, 1), 12 * testing::us);
  const std::string text = drawn(story.timeline);
  EXPECT_THAT(text, HasSubstr("X"));
  EXPECT_THAT(text, Not(HasSubstr("simultaneous")));
}

TEST(Ladder, SaysWhenAPacketWasNotSeenArriving) {
  for (const bool to_right : {true, false}) {
    Story story = two_hosts();
    story.packet(to_right ? "a" : "b", to_right ? "b" : "a",
                 to_right ? segment(a, b, "S", 1000) : segment(b, a, "S", 1000));
    story.timeline.packets.pop_back();
    EXPECT_THAT(
        drawn(story.timeline),
        HasSubstr(to_right
                      ? "     1    0.000  | -- SYN seq 0 -----------------x not seen arriving |\n"
                      : "     1           | not seen arriving x----------------- SYN seq 0 -- |    "
                        " 0.000\n"));
  }
}

TEST(Ladder, SaysWhenAPacketWasNotSeenLeaving) {
  Story story = two_hosts();
  story.packet("a", "b", segment(a, b, "S", 1000));
  story.timeline.packets.erase(story.timeline.packets.begin());
  EXPECT_THAT(drawn(story.timeline), HasSubstr("| not seen leaving -- SYN seq 0 "));
}

TEST(Ladder, MarksWhatWasInjectedAndKeepsTheNumbersOfTheConnection) {
  Story story = two_hosts();
  story.packet("a", "b", segment(a, b, "S", 1000), 10 * testing::us);
  story.packet("a", "b", segment(a, b, "S", 1500), 50 * testing::us);
  for (std::size_t i = 2; i < 4; ++i) story.timeline.packets[i].injected = true;
  EXPECT_THAT(drawn(story.timeline), HasSubstr("SYN seq 500, injected"));
}

TEST(Ladder, NamesAnIcmpError) {
  Story story = two_hosts();
  story.packet("a", "b", segment(a, b, "S", 1000));
  story.packet("b", "a", {}, 50 * testing::us);
  for (std::size_t i = 2; i < 4; ++i) {
    Packet& packet = story.timeline.packets[i];
    packet.segment.reset();
    packet.protocol = "icmp";
    packet.icmp = IcmpError{{3, 3}, *Address::parse("10.0.0.2"), *Address::parse("10.0.0.1"), 0, {}};
  }
  EXPECT_THAT(drawn(story.timeline), HasSubstr("icmp port-unreachable"));
}

TEST(Ladder, MarksWhatWasSentAgain) {
  Story story = two_hosts();
  story.packet("a", "b", segment(a, b, "S", 1000), 10 * testing::us);
  story.packet("a", "b", segment(a, b, "S", 1000), 50 * testing::us);
  EXPECT_THAT(drawn(story.timeline), HasSubstr("SYN seq 0, sent again"));
}

TEST(Ladder, DrawsLoopbackFromTheHostToItself) {
  Story story;
  story.timeline.hosts = {{"alone", {}, 1}};
  story.step("connect");
  story.packet("alone", "alone", segment("127.0.0.1:34567", "127.0.0.1:34567", "S", 1000));
  for (Packet& packet : story.timeline.packets) packet.device = "lo";
  EXPECT_THAT(
      drawn(story.timeline),
      HasSubstr(
          "  step       ms  alone:34567                           itself, over lo        ms\n"
          "     1    0.000  | -- SYN seq 0 -----------------------------------> |     0.009\n"));
}

TEST(Ladder, ShowsOtherProtocolsTersely) {
  EXPECT_THAT(drawn(testing::no_listen_failing()), HasSubstr("| <. icmp, 2 packets ....."));
}

TEST(Ladder, SaysThatNothingWasCaptured) {
  EXPECT_THAT(drawn(two_hosts().timeline), HasSubstr("none were captured"));
}

TEST(Ladder, WarnsWhenTheCaptureLostSome) {
  Story story = two_hosts();
  story.timeline.packets_lost = true;
  EXPECT_THAT(drawn(story.timeline), HasSubstr("what is missing here proves nothing"));
}

}  // namespace
}  // namespace lab::report
