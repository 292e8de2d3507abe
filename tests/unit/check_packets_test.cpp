// SPDX-License-Identifier: MIT
#include <gmock/gmock.h>

#include "check/segments.hpp"
#include "check_timelines.hpp"

namespace lab::check {
namespace {

using testing::SizeIs;

const std::string client = "10.0.0.1:40000", server = "10.0.0.2:8888";

// A handshake as the client's interface sees it, with arbitrary initial
// sequence numbers; that of the server is about to wrap around.
Timeline handshake() {
  Timeline timeline = two_hosts();
  timeline.packets = {packet("client", true, client, server, "S", 1000),
                      packet("server", false, client, server, "S", 1000),
                      packet("server", true, server, client, "S.", 4294967295U, 1001),
                      packet("client", false, server, client, "S.", 4294967295U, 1001),
                      packet("client", true, client, server, ".", 1001, 0),
                      packet("client", true, client, server, "P.", 1001, 0, 5)};
  return timeline;
}

scenario::ExpectedSegment segment(const std::string& from, const std::string& to,
                                  const std::string& flags,
                                  std::optional<std::uint32_t> sequence = std::nullopt,
                                  std::optional<std::uint32_t> acknowledgment = std::nullopt,
                                  std::optional<std::uint32_t> length = std::nullopt) {
  return {from, to, *TcpFlags::parse(flags), sequence, acknowledgment, length, {}};
}

const auto syn = segment("client", "server", "S", 0);
const auto syn_ack = segment("server", "client", "S.", 0, 1);
const auto ack = segment("client", "server", ".", 1, 1, 0);
const auto data = segment("client", "server", "P.", 1, 1, 5);

Check judge_packets(std::vector<scenario::Action> steps, const Timeline& timeline) {
  const auto checks = judge_last(scenario_with(std::move(steps)), {}, timeline);
  EXPECT_THAT(checks, SizeIs(1));
  return checks.at(0);
}

scenario::Packets are(std::vector<scenario::ExpectedSegment> segments) {
  return {"client", true, std::move(segments)};
}
scenario::Packets begin(std::vector<scenario::ExpectedSegment> segments) {
  return {"client", false, std::move(segments)};
}

TEST(Packets, PassWithRelativeNumbers) {
  const Check check = judge_packets({are({syn, syn_ack, ack, data})}, handshake());
  EXPECT_EQ(check.outcome, Outcome::pass) << check.seen;
  EXPECT_EQ(check.witness, "packets");
  EXPECT_EQ(check.title,
            "client saw exactly: client > server S seq 0; server > client S. seq 0 ack 1; client > "
            "server . seq 1 ack 1 length 0; client > server P. seq 1 ack 1 length 5");
}

// The machine stopped while packets were held, and the kernel sent the SYN
// again: how often, no scenario can know.
TEST(Packets, WhatWasSentAgainAfterTooLongAHoldIsLeftOut) {
  const auto judged = [](Timestamp held_for) {
    Timeline timeline = handshake();
    timeline.packets.insert(timeline.packets.begin(), timeline.packets.front());
    StepRecord hold, release;
    hold.index = 3;  // scenario_with() opens three sockets first
    hold.begin = 5'000'000'000;
    release.index = 4;
    release.end = hold.begin + held_for;
    timeline.steps = {hold, release};
    return judge_packets({scenario::Hold{"client"}, scenario::Release{"client", false},
                          are({syn, syn_ack, ack, data})},
                         timeline)
        .outcome;
  };
  EXPECT_EQ(judged(900'000'000), Outcome::fail);
  EXPECT_EQ(judged(1'100'000'000), Outcome::pass);
}

TEST(Packets, FailOnTheFirstDifferenceFlagsFirst) {
  const auto reset = segment("server", "client", "R.", 7, 9);
  const Check check = judge_packets({are({syn, reset})}, handshake());
  EXPECT_EQ(check.outcome, Outcome::fail);
  EXPECT_THAT(check.seen,
              testing::StartsWith("segment 2, flags: expected server > client R. seq 7 ack 9, saw "
                                  "server > client S. seq 0 ack 1 length 0; all that was seen: "
                                  "client > server S seq 0 length 0; "));
}

TEST(Packets, NameTheFieldThatIsWrong) {
  const auto wrong = [](const scenario::ExpectedSegment& second) {
    return judge_packets({begin({syn, second})}, handshake()).seen.substr(0, 40);
  };
  EXPECT_THAT(wrong(segment("client", "server", "S.")),
              testing::StartsWith("segment 2, direction:"));
  EXPECT_THAT(wrong(segment("server", "client", "S.", 1)),
              testing::StartsWith("segment 2, sequence number:"));
  EXPECT_THAT(wrong(segment("server", "client", "S.", 0, 0)),
              testing::StartsWith("segment 2, acknowledgment number:"));
  EXPECT_THAT(wrong(segment("server", "client", "S.", 0, 1, 1)),
              testing::StartsWith("segment 2, length:"));
}

TEST(Packets, FailWhileSomeAreMissing) {
  Timeline timeline = handshake();
  timeline.packets.resize(2);
  const Check check = judge_packets({are({syn, syn_ack})}, timeline);
  EXPECT_EQ(check.outcome, Outcome::fail);
  EXPECT_EQ(check.seen,
            "segment 2: expected server > client S. seq 0 ack 1, nothing more was seen; all that "
            "was seen: client > server S seq 0 length 0");
}

TEST(Packets, ThatAreExactAllowNoMore) {
  EXPECT_EQ(judge_packets({begin({syn, syn_ack})}, handshake()).outcome, Outcome::pass);
  const Check check = judge_packets({are({syn, syn_ack})}, handshake());
  EXPECT_EQ(check.outcome, Outcome::fail);
  EXPECT_THAT(check.seen,
              testing::StartsWith("segment 3: expected no more, saw client > server . seq 1"));
}

TEST(Packets, NoneMeansNone) {
  EXPECT_EQ(judge_packets({are({})}, two_hosts()).outcome, Outcome::pass);
  const Check check = judge_packets({are({})}, handshake());
  EXPECT_EQ(check.outcome, Outcome::fail);
  EXPECT_EQ(check.title, "client saw exactly: nothing");
}

TEST(Packets, GoOnWhereTheStepBeforeAtThatHostStopped) {
  EXPECT_EQ(judge_packets({begin({syn}), are({syn_ack, ack, data})}, handshake()).outcome,
            Outcome::pass);
  // A step at another host takes nothing away.
  EXPECT_EQ(judge_packets(
                {scenario::Packets{"server", true, {syn, syn_ack}}, are({syn, syn_ack, ack, data})},
                handshake())
                .outcome,
            Outcome::pass);
}

TEST(Packets, WhatIsNoTcpSegmentDoesNotCount) {
  Timeline timeline = two_hosts();
  Packet ping;
  ping.host = "client";
  ping.device = "eth0";
  ping.protocol = "icmp";
  timeline.packets = {ping};
  EXPECT_EQ(judge_packets({are({})}, timeline).outcome, Outcome::pass);
}

TEST(Packets, LostOnesLeaveOnlyWhatWasSeenForCertain) {
  Timeline timeline = handshake();
  timeline.packets_lost = true;
  EXPECT_EQ(judge_packets({begin({syn, syn_ack})}, timeline).outcome, Outcome::pass);
  EXPECT_EQ(judge_packets({are({syn, syn_ack, ack, data})}, timeline).outcome,
            Outcome::not_observed);
  EXPECT_EQ(judge_packets({begin({syn, ack})}, timeline).outcome, Outcome::not_observed);
}

TEST(Segments, OnLoCountOnceThoughSeenTwice) {
  Timeline timeline = two_hosts();
  const std::string self = "127.0.0.1:34567";
  for (const bool outgoing : {true, false}) {
    timeline.packets.push_back(packet("client", outgoing, self, self, "S", 77));
    timeline.packets.back().device = "lo";
  }
  for (const bool outgoing : {true, false}) {
    timeline.packets.push_back(packet("client", outgoing, self, self, "S.", 77, 78));
    timeline.packets.back().device = "lo";
  }
  EXPECT_THAT(segments_at(timeline, "client"), SizeIs(2));
  EXPECT_EQ(judge_packets({are({segment("loopback", "loopback", "S", 0),
                                segment("loopback", "loopback", "S.", 0, 1)})},
                          timeline)
                .outcome,
            Outcome::pass);
}

TEST(Segments, AResetWithoutASynHasItsNumberAsOnTheWire) {
  Timeline timeline = two_hosts();
  timeline.packets = {packet("client", true, client, server, "S", 5000),
                      packet("client", false, server, client, "R.", 0, 5001)};
  EXPECT_EQ(describe(timeline, segments_at(timeline, "client").back()),
            "server > client R. seq 0 ack 1 length 0");
}

TEST(Segments, ANewConnectionOnTheSamePortsHasNewInitialNumbers) {
  Timeline timeline = two_hosts();
  timeline.packets = {packet("client", true, client, server, "S", 5000),
                      packet("client", false, server, client, "R.", 0, 5001),
                      packet("client", true, client, server, "S", 9000),
                      packet("client", false, server, client, "S.", 300, 9001),
                      packet("client", true, client, server, ".", 9001, 301)};
  EXPECT_EQ(describe(timeline, segments_at(timeline, "client").back()),
            "client > server . seq 1 ack 1 length 0");
}

TEST(Window, IsWhatTheStepMayClaim) {
  const Timeline timeline = handshake();
  const auto scenario = scenario_with({begin({syn}), are({}), begin({syn_ack}), begin({data})});
  EXPECT_THAT(window(timeline, scenario, 3), SizeIs(4));
  EXPECT_THAT(window(timeline, scenario, 4), SizeIs(3));
  EXPECT_THAT(window(timeline, scenario, 5), SizeIs(3));
  EXPECT_THAT(window(timeline, scenario, 6), SizeIs(2));
  EXPECT_EQ(window(timeline, scenario, 6).front().packet, &timeline.packets[4]);
  EXPECT_THAT(window(two_hosts(), scenario, 6), SizeIs(0));
}

}  // namespace
}  // namespace lab::check
