// SPDX-License-Identifier: MIT
//
// What packetdrill scripts expect: the next segment of a connection, whole or in parts, in time.
#include "check/next_segment.hpp"

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <vector>

#include "unit/check/packets.hpp"

namespace lab::check {
namespace {

using testing::HasSubstr;

constexpr std::int64_t ms = 1'000'000;

Packets next(const ExpectedSegment& segment) {
  return {"client", Packets::Mode::next, {segment}, {}};
}

// The last of these steps, which is due at 100 ms, as it was judged.
Check judged(std::vector<scenario::Action> steps, const Timeline& timeline, Due due) {
  const auto scenario = scenario_with(std::move(steps));
  StepRecord record;
  record.index = scenario.steps.size() - 1;
  record.due = due;
  const auto checks = judge(scenario, scenario.steps.back(), record, timeline);
  EXPECT_THAT(checks, testing::SizeIs(1));
  return checks.at(0);
}

// A handshake, then 3,000 bytes in three segments, the last one with PSH.
Timeline three_parts() {
  Timeline timeline = handshake();
  timeline.packets.pop_back();
  for (std::uint32_t part = 0; part < 3; ++part)
    timeline.packets.push_back(packet("client", true, client, server, part == 2 ? "P." : ".",
                                      1001 + 1000 * part, 0, 1000));
  return timeline;
}

TEST(NextSegment, TakesOneAfterTheOtherOfOneDirection) {
  const Timeline timeline = handshake();
  EXPECT_EQ(judge_packets({next(syn)}, timeline).outcome, Outcome::pass);
  EXPECT_EQ(judge_packets({next(syn), next(ack)}, timeline).outcome, Outcome::pass);
  EXPECT_EQ(judge_packets({next(syn), next(ack), next(data)}, timeline).outcome, Outcome::pass);
  // The other direction has a place of its own.
  EXPECT_EQ(judge_packets({next(syn), next(ack), next(syn_ack)}, timeline).outcome, Outcome::pass);
  const Check skipped = judge_packets({next(syn), next(data)}, timeline);
  EXPECT_EQ(skipped.outcome, Outcome::fail);
  EXPECT_THAT(skipped.seen, HasSubstr("flags: ACK instead of PSH ACK"));
}

TEST(NextSegment, CountsRepetitionsAndNotWhatWasInjected) {
  Timeline timeline = handshake();
  timeline.packets.insert(timeline.packets.begin() + 1, timeline.packets.front());
  EXPECT_EQ(judge_packets({next(syn), next(ack)}, timeline).outcome, Outcome::fail);
  EXPECT_EQ(judge_packets({next(syn), next(syn), next(ack)}, timeline).outcome, Outcome::pass);
  timeline.packets[1].injected = true;
  EXPECT_EQ(judge_packets({next(syn), next(ack)}, timeline).outcome, Outcome::pass);
}

TEST(NextSegment, IsNotThereYet) {
  Timeline timeline = handshake();
  timeline.packets.resize(1);
  const Check check = judge_packets({next(syn), next(ack)}, timeline);
  EXPECT_EQ(check.outcome, Outcome::fail);
  EXPECT_EQ(check.seen, "nothing more was seen");
}

TEST(NextSegment, ALongOneMayComeInParts) {
  const auto whole = segment("client", "server", "P.", 1, 1, 3000);
  EXPECT_EQ(judge_packets({next(syn), next(ack), next(whole)}, three_parts()).outcome,
            Outcome::pass);
  const auto first = segment("client", "server", ".", 1, 1, 1000);
  const auto rest = segment("client", "server", "P.", 1001, 1, 2000);
  EXPECT_EQ(judge_packets({next(syn), next(ack), next(first), next(rest)}, three_parts()).outcome,
            Outcome::pass);
  const auto shorter = segment("client", "server", "P.", 1, 1, 2500);
  EXPECT_THAT(judge_packets({next(syn), next(ack), next(shorter)}, three_parts()).seen,
              HasSubstr("3 segments with 3000 bytes instead of 2500"));
  const auto longer = segment("client", "server", "P.", 1, 1, 4000);
  EXPECT_THAT(judge_packets({next(syn), next(ack), next(longer)}, three_parts()).seen,
              HasSubstr("saw only"));
}

TEST(NextSegment, AStrictOneMayNotComeInParts) {
  // The flags of the first part: where those differ, nothing else is compared.
  Packets whole = next(segment("client", "server", ".", 1, 1, 3000));
  whole.strict = true;
  const Check check = judge_packets({next(syn), next(ack), whole}, three_parts());
  EXPECT_EQ(check.outcome, Outcome::fail);
  EXPECT_THAT(check.seen, HasSubstr("length 1000 instead of 3000"));
}

TEST(NextSegment, PartsFollowEachOther) {
  Timeline timeline = three_parts();
  std::swap(timeline.packets[timeline.packets.size() - 1],
            timeline.packets[timeline.packets.size() - 2]);
  const auto whole = segment("client", "server", "P.", 1, 1, 3000);
  EXPECT_THAT(judge_packets({next(syn), next(ack), next(whole)}, timeline).seen,
              HasSubstr("part 2 begins at seq 2001 and not where part 1 ends"));
  timeline = three_parts();
  timeline.packets.back().segment->window = 5;
  EXPECT_THAT(judge_packets({next(syn), next(ack), next(whole)}, timeline).seen,
              HasSubstr("another acknowledgment number or window"));
}

TEST(NextSegment, ComesInTime) {
  Timeline timeline = handshake();
  const auto at = [&](std::int64_t time, std::int64_t delayed = 0) {
    timeline.packets.front().time = time * ms;
    return judged({next(syn)}, timeline, {100 * ms, 110 * ms, 4 * ms, delayed * ms});
  };
  EXPECT_EQ(at(96).outcome, Outcome::pass);
  EXPECT_EQ(at(114).outcome, Outcome::pass);
  EXPECT_EQ(at(95).outcome, Outcome::fail);
  EXPECT_THAT(at(95).seen,
              HasSubstr("it came 5.000 ms before its time; the tolerance is 4.000 ms"));
  EXPECT_EQ(at(115).outcome, Outcome::fail);
  EXPECT_THAT(at(115).seen, HasSubstr("it came 5.000 ms after its time"));
}

TEST(NextSegment, ComesWithItsLastPart) {
  Timeline timeline = three_parts();
  for (Packet& packet : timeline.packets) packet.time = 100 * ms;
  const auto whole = segment("client", "server", "P.", 1, 1, 3000);
  const auto at = [&](std::int64_t time) {
    timeline.packets.back().time = time * ms;
    return judged({next(syn), next(ack), next(whole)}, timeline, {100 * ms, 100 * ms, 4 * ms, 0});
  };
  EXPECT_EQ(at(104).outcome, Outcome::pass);
  EXPECT_THAT(at(109).seen, HasSubstr("it came 9.000 ms after its time"));
}

// Who was late, the stack or this machine, cannot be told.
TEST(NextSegment, IsNotObservedIfTheMachineWasSlow) {
  Timeline timeline = handshake();
  timeline.packets.front().time = 120 * ms;
  const auto with = [&](std::int64_t delayed) {
    return judged({next(syn)}, timeline, {100 * ms, 110 * ms, 4 * ms, delayed * ms}).outcome;
  };
  EXPECT_EQ(with(5), Outcome::fail);
  EXPECT_EQ(with(6), Outcome::not_observed);
  // It never makes up for one that came early, or that is another one.
  timeline.packets.front().time = 50 * ms;
  EXPECT_EQ(with(1000), Outcome::fail);
  timeline.packets.front().time = 120 * ms;
  timeline.packets.front().segment->flags.fin = true;
  EXPECT_EQ(with(1000), Outcome::fail);
}

// A SYN with the one option "ts 1030:0".
std::vector<std::uint8_t> frame_with_timestamp() {
  constexpr std::size_t ethernet = 14, ip = 20, tcp = 32;
  std::vector<std::uint8_t> bytes(ethernet + ip + tcp);
  bytes[12] = 8;                   // IPv4
  bytes[ethernet] = 0x45;          // of 20 bytes
  bytes[ethernet + 3] = ip + tcp;  // in all
  bytes[ethernet + 9] = 6;         // TCP
  const std::size_t segment = ethernet + ip;
  bytes[segment + 12] = (tcp / 4) << 4;
  bytes[segment + 13] = 2;  // SYN
  const std::uint8_t options[] = {1, 1, 8, 10, 0, 0, 1030 >> 8, 1030 & 0xff, 0, 0, 0, 0};
  std::copy(std::begin(options), std::end(options), bytes.begin() + segment + 20);
  return bytes;
}

TEST(NextSegment, HasATimestampThatIsAsLateAsTheMachine) {
  Timeline timeline = handshake();
  timeline.packets.front().bytes = frame_with_timestamp();
  ExpectedSegment expected = syn;
  scenario::ListedOption nop, timestamp;
  nop.kind = 1;
  timestamp.kind = 8;
  timestamp.tick = 1000;
  timestamp.numbers = {{1000, ""}};
  expected.options = {nop, nop, timestamp};
  const auto with = [&](std::int64_t tolerance, std::int64_t delayed) {
    return judged({next(expected)}, timeline, {0, 0, tolerance * ms, delayed * ms}).outcome;
  };
  EXPECT_EQ(with(30, 0), Outcome::pass);
  EXPECT_EQ(with(4, 0), Outcome::fail);
  EXPECT_EQ(with(4, 20), Outcome::fail);
  EXPECT_EQ(with(4, 26), Outcome::not_observed);
}

TEST(NextSegment, IsNotObservedIfPacketsWereLost) {
  Timeline timeline = handshake();
  timeline.packets_lost = true;
  EXPECT_EQ(judge_packets({next(syn)}, timeline).outcome, Outcome::not_observed);
}

}  // namespace
}  // namespace lab::check
