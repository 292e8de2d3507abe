// SPDX-License-Identifier: MIT
#include <gmock/gmock.h>

#include "record/paths.hpp"
#include "support/trace_story.hpp"

namespace lab {
namespace {

using ::testing::ElementsAre;
using testing::refused;
using testing::tcp;
using testing::TraceStory;

const Segment syn = tcp("10.0.0.1:40000", "10.0.0.2:8888", "S", 1000);
const Segment rst = tcp("10.0.0.2:8888", "10.0.0.1:40000", "R.", 0, 1001);

std::vector<std::string> names(const std::optional<Path>& path) {
  std::vector<std::string> names;
  if (path)
    for (const TraceEvent* event : path->events) names.emplace_back(to_string(event->event));
  return names;
}

// Numbers of the paths' segments; 0 where there is none.
std::vector<std::uint64_t> numbers(const Paths& paths) {
  std::vector<std::uint64_t> numbers;
  for (const auto& path : paths) numbers.push_back(path ? path->segment : 0);
  return numbers;
}

TEST(Paths, ShowWhatAHostDidWithAnArrivedPacket) {
  const TraceStory story = refused();
  const Paths paths = paths_of(story.timeline);
  ASSERT_EQ(paths.size(), 4u);
  EXPECT_THAT(names(paths[1]),
              ElementsAre("__inet_lookup_established", "tcp_v4_early_demux", "tcp_v4_rcv",
                          "__inet_lookup_established", "inet_lhash2_lookup", "inet_lhash2_lookup",
                          "__inet_lookup_listener", "tcp_v4_send_reset", "kfree_skb"));
  EXPECT_THAT(names(paths[3]), ElementsAre("tcp_reset"));
}

TEST(Paths, ShowTheSendingAndTheCauseOfASentPacket) {
  const TraceStory story = refused();
  const Paths paths = paths_of(story.timeline);
  EXPECT_THAT(names(paths[0]), ElementsAre("__ip_local_out"));
  EXPECT_EQ(paths[0]->cause, std::nullopt);
  EXPECT_THAT(names(paths[2]), ElementsAre("__ip_local_out"));
  EXPECT_EQ(paths[2]->cause, 1u);
}

TEST(Paths, LeadFromTheCauseToThePacket) {
  const TraceStory story = refused();
  const Paths paths = paths_of(story.timeline);
  EXPECT_EQ(arrival_of(story.timeline, paths, "server", 1), 1u);
  EXPECT_EQ(arrival_of(story.timeline, paths, "client", 1), std::nullopt) << "it sent that one";
}

TEST(Paths, HaveTheirEventsInOrder) {
  TraceStory story = refused();
  // By time, a function may come before what it called.
  std::swap(story.timeline.trace[1], story.timeline.trace[2]);
  EXPECT_EQ(names(paths_of(story.timeline)[1]).front(), "__inet_lookup_established");
}

TEST(Paths, SeparateSendingAndReceptionOverLoopback) {
  const Segment self = tcp("127.0.0.1:34567", "127.0.0.1:34567", "S", 7);
  TraceStory story;
  story.packet(11, "host", true, self);
  story.packet(12, "host", false, self);
  story.event(10, "host", 1, "__ip_local_out", "enter", self);
  story.event(13, "host", 1, "tcp_v4_rcv", "enter", self);
  const Paths paths = paths_of(story.timeline);
  EXPECT_THAT(names(paths[0]), ElementsAre("__ip_local_out"));
  EXPECT_THAT(names(paths[1]), ElementsAre("tcp_v4_rcv"));
}

TEST(Paths, NameTheIPv6FunctionOverIPv6) {
  const Segment over6 = tcp("[fd00::1]:40000", "[fd00::2]:8888", "S", 7);
  TraceStory story;
  story.packet(11, "client", true, over6);
  story.event(10, "client", 1, "ip6_xmit", "enter", over6);
  EXPECT_THAT(names(paths_of(story.timeline)[0]), ElementsAre("ip6_xmit"));
}

TEST(Paths, AreDistinguishedByAnyDifference) {
  const auto joined = [](const Segment& seen, const char* host, bool outgoing) {
    TraceStory story = refused();
    story.timeline.packets.clear();
    story.packet(12, host, outgoing, seen);
    return paths_of(story.timeline)[0].has_value();
  };
  EXPECT_TRUE(joined(syn, "server", false));
  EXPECT_FALSE(joined(syn, "server", true));
  EXPECT_FALSE(joined(syn, "third", false));
  for (const auto& change : std::vector<void (*)(Segment&)>{
           [](Segment& other) { ++other.source.port; },
           [](Segment& other) { ++other.destination.port; },
           [](Segment& other) { other.flags.ack = true; }, [](Segment& other) { ++other.sequence; },
           [](Segment& other) { ++other.length; }}) {
    Segment other = syn;
    change(other);
    EXPECT_FALSE(joined(other, "server", false));
  }
  Segment other = rst;
  EXPECT_TRUE(joined(other, "client", false));
  ++other.acknowledgment;
  EXPECT_FALSE(joined(other, "client", false));
}

TEST(Paths, IgnoreTheAcknowledgmentWithoutAck) {
  TraceStory story = refused();
  story.timeline.packets[1].segment->acknowledgment = 99;
  EXPECT_TRUE(paths_of(story.timeline)[1].has_value());
}

TEST(Paths, AreEmptyForOtherPackets) {
  TraceStory story = refused();
  Packet arp;
  arp.host = "server";
  arp.protocol = "arp";
  story.timeline.packets.insert(story.timeline.packets.begin(), arp);
  const Paths paths = paths_of(story.timeline);
  EXPECT_FALSE(paths[0].has_value());
  EXPECT_TRUE(paths[1].has_value());
}

TEST(Paths, AreEmptyWithoutATrace) {
  TraceStory story = refused();
  story.timeline.trace.clear();
  EXPECT_THAT(numbers(paths_of(story.timeline)), ElementsAre(0, 0, 0, 0));
}

TEST(Paths, AreAssignedInOrderIfAlike) {
  // Both came in before the first one was dealt with.
  TraceStory story;
  story.packet(10, "server", false, syn);
  story.packet(11, "server", false, syn);
  story.event(20, "server", 5, "tcp_v4_rcv", "enter", syn);
  story.event(30, "server", 3, "tcp_v4_rcv", "enter", syn);
  EXPECT_THAT(numbers(paths_of(story.timeline)), ElementsAre(5, 3));
}

TEST(Paths, AreAssignedByTimeIfTheTraceLostEvents) {
  TraceStory story;
  story.packet(10, "server", false, syn);
  story.packet(100, "server", false, syn);
  story.packet(200, "server", false, syn);
  story.event(101, "server", 5, "tcp_v4_rcv", "enter", syn);
  EXPECT_THAT(numbers(paths_of(story.timeline)), ElementsAre(0, 5, 0));
  story.event(202, "server", 6, "tcp_v4_rcv", "enter", syn);
  EXPECT_THAT(numbers(paths_of(story.timeline)), ElementsAre(0, 5, 6));
}

TEST(Paths, BeginBeforeTheCaptureOfASentPacket) {
  TraceStory story;
  story.packet(10, "client", true, syn);
  story.packet(100, "client", true, syn);
  story.event(99, "client", 5, "__ip_local_out", "enter", syn);
  EXPECT_THAT(numbers(paths_of(story.timeline)), ElementsAre(0, 5));
}

TEST(Paths, AreEmptyIfAmbiguous) {
  TraceStory story;
  story.packet(10, "server", false, syn);
  story.event(11, "server", 5, "tcp_v4_rcv", "enter", syn);
  story.event(12, "server", 6, "tcp_v4_rcv", "enter", syn);
  EXPECT_THAT(numbers(paths_of(story.timeline)), ElementsAre(0));
}

}  // namespace
}  // namespace lab
