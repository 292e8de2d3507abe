// SPDX-License-Identifier: MIT
//
// What comes behind the last expected segments, and what a timer repeats in between.
#include "check/unexpected.hpp"

#include <gmock/gmock.h>

#include "check/repeats.hpp"
#include "unit/check/packets.hpp"

namespace lab::check {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

scenario::Scenario of(std::vector<scenario::Action> actions) {
  scenario::Scenario scenario;
  for (scenario::Action& action : actions)
    scenario.steps.push_back({std::move(action), "", std::nullopt, {}});
  return scenario;
}

// The timeline with a record for each step, as the runner has it at the end.
Timeline over(Timeline timeline, const scenario::Scenario& scenario) {
  for (std::size_t i = 0; i < scenario.steps.size(); ++i) {
    timeline.steps.emplace_back();
    timeline.steps.back().index = i;
  }
  return timeline;
}

std::vector<Unexpected> found(std::vector<scenario::Action> actions,
                              const Timeline& timeline = handshake()) {
  const scenario::Scenario scenario = of(std::move(actions));
  return unexpected_segments(scenario, over(timeline, scenario));
}

TEST(Unexpected, AreTheSegmentsBehindTheLastStepAtAHost) {
  const auto all = found({begin({syn}), begin({syn_ack})});
  ASSERT_THAT(all, SizeIs(1));
  EXPECT_EQ(all[0].step, 1u);
  EXPECT_EQ(all[0].host, "client");
  EXPECT_THAT(all[0].segments, ElementsAre("client > server . seq 1 ack 1 length 0",
                                           "client > server P. seq 1 ack 1 length 5"));
  EXPECT_FALSE(all[0].check) << "the file does not say that nothing follows";
  EXPECT_EQ(
      describe(all[0]),
      "client has seen 2 segments behind step 2 that no step expects: client > server . seq 1 "
      "ack 1 length 0, and so on");
}

TEST(Unexpected, LeaveOutWhatAnotherStepAtTheHostExpects) {
  scenario::Path path;
  path.host = "client";
  path.segment = {{"client"}, {"server"}, *TcpFlags::parse("."), {}};
  EXPECT_THAT(found({begin({syn, syn_ack}), has({data}), path})[0].segments, IsEmpty());
  path.host = "server";
  EXPECT_THAT(found({begin({syn, syn_ack}), has({data}), path})[0].segments, SizeIs(1))
      << "what the server's kernel does with it says nothing about the client's interfaces";
}

TEST(Unexpected, AreNoneWithoutAStepThatClaims) { EXPECT_THAT(found({has({syn})}), IsEmpty()); }

TEST(Unexpected, OfAScriptAreThoseThatNoStepHasTaken) {
  const auto next = [](const ExpectedSegment& segment) {
    return Packets{"client", Packets::Mode::next, {segment}, {}};
  };
  Timeline timeline = handshake();
  timeline.packets[3].injected = true;  // the SYN-ACK
  const auto all = found({next(syn), next(ack)}, timeline);
  ASSERT_THAT(all, SizeIs(1));
  EXPECT_EQ(
      describe(all[0]),
      "client has seen a segment that no step expects: client > server P. seq 1 ack 1 length 5");
  EXPECT_FALSE(all[0].check) << "packetdrill does not look for them";
  EXPECT_THAT(found({next(syn), next(ack), next(data)}, timeline)[0].segments, IsEmpty());
}

TEST(Unexpected, FailAStepThatSaysThatNothingFollows) {
  Packets last = begin({syn, syn_ack, ack});
  last.nothing_more = true;
  const auto all = found({last});
  ASSERT_TRUE(all[0].check);
  EXPECT_EQ(all[0].check->outcome, Outcome::fail);
  EXPECT_EQ(all[0].check->seen, "saw client > server P. seq 1 ack 1 length 5");
  last.segments.push_back(data);
  EXPECT_EQ(found({last})[0].check->outcome, Outcome::pass);
  Timeline lossy = handshake();
  lossy.packets_lost = true;
  EXPECT_EQ(found({last}, lossy)[0].check->outcome, Outcome::not_observed);
}

// Only when the run is over is it known which steps took part.
TEST(Unexpected, FailEachStepThatSaysThatNothingFollows) {
  Packets first = begin({syn, syn_ack});
  first.nothing_more = true;
  const auto all = found({first, begin({ack, data})});
  ASSERT_THAT(all, SizeIs(2));
  ASSERT_TRUE(all[0].check);
  EXPECT_EQ(all[0].step, 0u);
  EXPECT_EQ(all[0].check->outcome, Outcome::fail);
  EXPECT_EQ(all[0].check->seen,
            "saw client > server . seq 1 ack 1 length 0; client > server P. seq 1 ack 1 length 5");
  EXPECT_EQ(all[1].step, 1u);
  EXPECT_FALSE(all[1].check);
}

// The client's SYN is answered with an ACK of something that it has not sent; it sends a RST, and
// its SYN again.
Timeline refused_ack(std::uint32_t acknowledgment) {
  Timeline timeline = two_hosts();
  timeline.packets = {packet("client", true, client, server, "S", 1000),
                      packet("client", false, server, client, "S.", 5000, acknowledgment),
                      packet("client", true, client, server, "R", acknowledgment),
                      packet("client", true, client, server, "S", 1000),
                      packet("client", false, server, client, "S.", 5000, 1001),
                      packet("client", true, client, server, ".", 1001, 5001)};
  timeline.packets[1].injected = timeline.packets[4].injected = true;
  return timeline;
}

TEST(RepeatsOfTimers, AreSynsAfterAnAckThatIsNotAcceptable) {
  const auto count = [](const Timeline& timeline) {
    return repeats_of_timers(segments_at(timeline, "client")).size();
  };
  EXPECT_EQ(count(refused_ack(1002)), 1u);
  EXPECT_EQ(count(refused_ack(1000)), 1u) << "SND.UNA itself is no new acknowledgment";
  EXPECT_EQ(count(refused_ack(1001)), 0u);
  EXPECT_EQ(count(handshake()), 0u);
}

// tcp_rcv_synsent_state_process() shortens the timer only while icsk_retransmits is 0.
TEST(RepeatsOfTimers, AreAtMostOneOfASyn) {
  Timeline timeline = refused_ack(1002);
  const Packet again = packet("client", true, client, server, "S", 1000);
  timeline.packets.insert(timeline.packets.begin() + 4, again);
  const auto repeats = repeats_of_timers(segments_at(timeline, "client"));
  EXPECT_THAT(repeats, ElementsAre(&timeline.packets[3]));

  Timeline late = refused_ack(1002);
  late.packets.insert(late.packets.begin() + 1, again);
  EXPECT_THAT(repeats_of_timers(segments_at(late, "client")), IsEmpty())
      << "an ACK after the first retransmission shortens no timer";
}

TEST(RepeatsOfTimers, AreSkippedUnlessTheyAreExpected) {
  const Timeline timeline = refused_ack(1002);
  const auto wrong = segment("server", "client", "S.", 0, 2),
             reset = segment("client", "server", "R");
  const auto right = segment("server", "client", "S.", 0, 1);
  EXPECT_EQ(judge_packets({are({syn, wrong, reset, right, ack})}, timeline).outcome, Outcome::pass);
  EXPECT_EQ(judge_packets({are({syn, wrong, reset, syn, right, ack})}, timeline).outcome,
            Outcome::pass);
  EXPECT_EQ(judge_packets({begin({syn, wrong, reset}), are({right, ack})}, timeline).outcome,
            Outcome::pass);
  EXPECT_EQ(judge_packets({begin({syn, wrong, reset}), are({right})}, timeline).outcome,
            Outcome::fail);
  EXPECT_EQ(judge_packets({are({syn, right})}, timeline).outcome, Outcome::fail);
}

}  // namespace
}  // namespace lab::check
