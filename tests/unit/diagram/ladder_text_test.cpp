// SPDX-License-Identifier: MIT
#include "diagram/ladder_text.hpp"

#include <gmock/gmock.h>

#include <sstream>

#include "support/timelines.hpp"
#include "support/traces.hpp"
#include "util/text.hpp"

namespace lab::diagram {
namespace {

using draw::Detail;
using draw::Page;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::segment;
using testing::Story;
using testing::two_hosts;

constexpr const char* a = "10.0.0.1:1";
constexpr const char* b = "10.0.0.2:2";

std::string drawn(const Timeline& timeline, Detail detail = Detail::usual) {
  std::ostringstream out;
  Page page(out, {false, 80, false});
  draw_ladder(page, timeline, detail);
  return out.str();
}

TEST(LadderText, ShowsASegmentGoingAndItsAnswerComing) {
  Story story = two_hosts();
  story.packet("a", "b", segment(a, b, "S", 1000), 10 * testing::us);
  story.packet("b", "a", segment(b, a, "R.", 0, 1001), 30 * testing::us);
  EXPECT_THAT(
      drawn(story.timeline),
      HasSubstr(
          "                 a:1                                                         b:2\n"
          "ok  1            | play                                                        |\n"
          "          0.010  |-- SYN seq 0 ----------------------------------------------->|\n"
          "          0.030  |<------------------------------------- RST ACK seq 0 ack 1 --|\n"));
}

// Under way at one moment, as the captures prove.
TEST(LadderText, ShowsDataThatPassesOnALinkAsCrossing) {
  Story story = two_hosts();
  story.packet("a", "b", segment(a, b, ".", 1, 1), 10 * testing::us);
  story.packet("b", "a", segment(b, a, ".", 1, 1), 12 * testing::us);
  const std::string text = drawn(story.timeline);
  EXPECT_THAT(
      text,
      HasSubstr(
          "          0.010  |-- ACK seq 0 ack 1 ----------+ +---------- ACK seq 0 ack 0 --|\n"
          "                 |                              X                              |\n"
          "          0.021  |<----------------------------+ +---------------------------->|\n"));
  EXPECT_THAT(text, Not(HasSubstr("simultaneous")));
}

TEST(LadderText, ShowsNoCrossingIfOneAnswersTheOther) {
  Story story = two_hosts();
  story.packet("a", "b", segment(a, b, "S", 1000), 10 * testing::us);
  story.packet("b", "a", segment(b, a, "S.", 5000, 1001), 50 * testing::us);
  EXPECT_THAT(drawn(story.timeline), Not(HasSubstr("X")));
}

// What is held waits beside its host, and the other's arrow crosses it there.
TEST(LadderText, ShowsHeldSynsAsWaitingAndCrossing) {
  const std::string text = drawn(testing::simopen());
  EXPECT_THAT(text, HasSubstr("o- SYN seq 0, held --|"));
  EXPECT_THAT(text, HasSubstr("|-- SYN seq 0, held -o"));
  EXPECT_THAT(text, HasSubstr("X"));
  EXPECT_THAT(text, HasSubstr("simultaneous open"));
  EXPECT_THAT(text, HasSubstr("SYN seq 0 --o"));
  EXPECT_THAT(text, HasSubstr("Packets were held by: sch_plug."));
}

TEST(LadderText, EndsALostSegmentWithACross) {
  for (const bool to_right : {true, false}) {
    Story story = two_hosts();
    story.packet(to_right ? "a" : "b", to_right ? "b" : "a",
                 to_right ? segment(a, b, "S", 1000) : segment(b, a, "S", 1000));
    story.timeline.packets.pop_back();
    EXPECT_THAT(drawn(story.timeline),
                HasSubstr(to_right ? "|-- SYN seq 0, not seen arriving --x "
                                   : " x-- SYN seq 0, not seen arriving --|"));
  }
}

TEST(LadderText, ShowsThatADropStepDroppedIt) {
  Story story = two_hosts();
  story.packet("a", "b", segment(a, b, "S", 1000));
  story.timeline.packets.back().lost = true;
  const std::string text = drawn(story.timeline);
  EXPECT_THAT(text, HasSubstr("--x|\n"));
  EXPECT_THAT(text, HasSubstr("dropped on arrival |\n"));
}

TEST(LadderText, ShowsThatAPacketWasNotSeenLeaving) {
  Story story = two_hosts();
  story.packet("a", "b", segment(a, b, "S", 1000));
  story.timeline.packets.erase(story.timeline.packets.begin());
  EXPECT_THAT(drawn(story.timeline), HasSubstr("|-- SYN seq 0, not seen leaving --"));
}

TEST(LadderText, MarksInjectedSegmentsAndKeepsNumbers) {
  Story story = two_hosts();
  story.packet("a", "b", segment(a, b, "S", 1000), 10 * testing::us);
  story.packet("a", "b", segment(a, b, "S", 1500), 50 * testing::us);
  for (std::size_t i = 2; i < 4; ++i) story.timeline.packets[i].injected = true;
  EXPECT_THAT(drawn(story.timeline), HasSubstr("SYN seq 500, injected"));
}

TEST(LadderText, NamesAnIcmpError) {
  Story story = two_hosts();
  story.packet("a", "b", segment(a, b, "S", 1000));
  story.packet("b", "a", {}, 50 * testing::us);
  for (std::size_t i = 2; i < 4; ++i) {
    Packet& packet = story.timeline.packets[i];
    packet.segment.reset();
    packet.protocol = "icmp";
    packet.icmp =
        IcmpError{{3, 3}, *Address::parse("10.0.0.2"), *Address::parse("10.0.0.1"), 0, {}};
  }
  EXPECT_THAT(drawn(story.timeline), HasSubstr("- icmp port-unreachable --|\n"));
}

TEST(LadderText, MarksWhatWasSentAgain) {
  Story story = two_hosts();
  story.packet("a", "b", segment(a, b, "S", 1000), 10 * testing::us);
  story.packet("a", "b", segment(a, b, "S", 1000), 50 * testing::us);
  EXPECT_THAT(drawn(story.timeline), HasSubstr("SYN seq 0, sent again"));
}

TEST(LadderText, DrawsLoopbackFromTheHostToItself) {
  Story story;
  story.timeline.hosts = {{"alone", {}, 1}};
  story.step("connect");
  story.packet("alone", "alone", segment("127.0.0.1:34567", "127.0.0.1:34567", "S", 1000));
  for (Packet& packet : story.timeline.packets) packet.device = "lo";
  EXPECT_THAT(drawn(story.timeline), HasSubstr("                 alone:34567\n"
                                               "ok  1            | connect\n"
                                               "          0.010  |-- SYN seq 0 ---+\n"
                                               "                 |<---------------+\n"));
}

TEST(LadderText, ShowsOtherProtocolsTersely) {
  EXPECT_THAT(drawn(testing::no_listen_failing()), HasSubstr(". icmp, 2 packets ."));
}

TEST(LadderText, PrintsPathVerdictAndStateUnderTheArrival) {
  const std::string text = drawn(testing::refused_with_trace());
  EXPECT_THAT(text, HasSubstr("                 * cli: CLOSED -> SYN-SENT "));
  EXPECT_THAT(text, HasSubstr(" __inet_lookup_established miss - inet_lhash2_lookup miss - |\n"));
  EXPECT_THAT(text, HasSubstr("answered with RST, no socket was found (NO_SOCKET) |\n"));
  EXPECT_THAT(text, HasSubstr("                 * cli: SYN-SENT -> CLOSED "));
}

TEST(LadderText, ShowsEveryEventOfAPathInFull) {
  const std::string text = drawn(testing::refused_with_trace(), Detail::full);
  EXPECT_THAT(text, HasSubstr("tcp_v4_early_demux: __inet_lookup_established miss |\n"));
  EXPECT_THAT(text, HasSubstr("inet_lhash2_lookup wildcard miss |\n"));
  EXPECT_THAT(text, HasSubstr("kfree_skb dropped NO_SOCKET |\n"));
}

// The same path again is not told again.
TEST(LadderText, PrintsAPathOnceWhereItRepeats) {
  Timeline run = testing::refused_with_trace();
  const auto packets = run.packets;
  const auto trace = run.trace;
  for (Packet packet : packets) {
    packet.time += 500 * testing::us;
    run.packets.push_back(packet);
  }
  for (TraceEvent event : trace) {
    event.time += 500 * testing::us;
    event.number += 100;
    if (event.segment) *event.segment += 100;
    if (event.cause) *event.cause += 100;
    run.trace.push_back(event);
  }
  const std::string text = drawn(run);
  EXPECT_THAT(text, HasSubstr("sent again"));
  EXPECT_EQ(text.find("inet_lhash2_lookup miss"), text.rfind("inet_lhash2_lookup miss"));
}

// One that the kernel met, and no interface was seen to bring.
TEST(LadderText, ShowsASegmentWithoutAPacket) {
  Timeline run = testing::refused_with_trace();
  run.packets.clear();
  const std::string text = drawn(run);
  EXPECT_THAT(text, HasSubstr("client:40000 > server:8888 S, no packet captured |\n"));
  EXPECT_THAT(text, HasSubstr("|-- SYN seq 0, no interface saw it leave --x "));
}

TEST(LadderText, PrintsAFailedCheckAfterItsStep) {
  const std::string text = drawn(testing::no_listen_failing());
  EXPECT_THAT(text, HasSubstr("!!  6            | tables of server"));
  EXPECT_THAT(text, HasSubstr("expected  No row at all.\n"));
}

TEST(LadderText, WarnsWhenSomethingIsMissing) {
  Story story = two_hosts();
  story.timeline.packets_lost = true;
  story.timeline.trace_lost = 3;
  const std::string text = drawn(story.timeline);
  EXPECT_THAT(text, HasSubstr("what is missing here proves nothing"));
  EXPECT_THAT(text, HasSubstr("3 events were lost and 0 calls missed"));
}

}  // namespace
}  // namespace lab::diagram
