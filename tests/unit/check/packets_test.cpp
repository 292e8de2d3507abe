// SPDX-License-Identifier: MIT
#include "unit/check/packets.hpp"

namespace lab::check {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::SizeIs;
using testing::StartsWith;

TEST(Packets, PassWithRelativeNumbers) {
  const Check check = judge_packets({are({syn, syn_ack, ack, data})}, handshake());
  EXPECT_EQ(check.outcome, Outcome::pass) << check.seen;
  EXPECT_EQ(check.witnesses, Witness::packets);
  EXPECT_EQ(check.title,
            "client saw exactly: client > server S seq 0; server > client S. seq 0 ack 1; client > "
            "server . seq 1 ack 1 length 0; client > server P. seq 1 ack 1 length 5");
}

// The machine stopped while packets were held, and the kernel sent the SYN
// again: how often, no scenario can know.
TEST(Packets, OmitRetransmissionsAfterTooLongAHold) {
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

TEST(Packets, FailOnTheFirstDifferenceInFlagsBeforeNumbers) {
  const auto reset = segment("server", "client", "R.", 7, 9);
  const Check check = judge_packets({are({syn, reset})}, handshake());
  EXPECT_EQ(check.outcome, Outcome::fail);
  EXPECT_THAT(
      check.seen,
      StartsWith("segment 2, flags: expected server > client R. seq 7 ack 9, saw "
                 "server > client S. seq 0 ack 1 length 0 (SYN ACK instead of RST ACK); all "
                 "that was seen: client > server S seq 0 length 0; "));
}

TEST(Packets, NameTheWrongField) {
  const auto wrong = [](const ExpectedSegment& second) {
    return judge_packets({begin({syn, second})}, handshake()).seen.substr(0, 40);
  };
  EXPECT_THAT(wrong(segment("client", "server", "S.")), StartsWith("segment 2, direction:"));
  EXPECT_THAT(wrong(segment("server", "client", "S.", 1)),
              StartsWith("segment 2, sequence number:"));
  EXPECT_THAT(wrong(segment("server", "client", "S.", 0, 0)),
              StartsWith("segment 2, acknowledgment number:"));
  EXPECT_THAT(wrong(segment("server", "client", "S.", 0, 1, 1)), StartsWith("segment 2, length:"));
}

// Data of 12 bytes in three segments, and one that does not belong to them.
TEST(Packets, MayComeInParts) {
  Timeline timeline = handshake();
  timeline.packets.pop_back();
  for (const auto& [sequence, flags] : {std::pair{1001U, "."}, {1006U, "."}, {1011U, "P."}})
    timeline.packets.push_back(
        packet("client", true, client, server, flags, sequence, 0, sequence == 1011 ? 2 : 5));
  ExpectedSegment whole = segment("client", "server", "P.", 1, 1, 12);
  EXPECT_EQ(judge_packets({begin({syn, syn_ack, ack}), are({whole})}, timeline).outcome,
            Outcome::fail);
  whole.in_parts = true;
  EXPECT_EQ(judge_packets({begin({syn, syn_ack, ack}), are({whole})}, timeline).outcome,
            Outcome::pass);
  EXPECT_EQ(judge_packets({begin({syn, syn_ack, ack, whole}), are({})}, timeline).outcome,
            Outcome::pass)
      << "the next step begins behind the last part";
  timeline.packets.pop_back();
  EXPECT_EQ(judge_packets({begin({syn, syn_ack, ack}), are({whole})}, timeline).outcome,
            Outcome::fail);
  timeline.packets.push_back(packet("client", true, client, server, "P.", 1012, 0, 2));
  EXPECT_EQ(judge_packets({begin({syn, syn_ack, ack}), are({whole})}, timeline).outcome,
            Outcome::fail)
      << "a byte is missing";
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

TEST(Packets, AllowNoMoreIfExact) {
  EXPECT_EQ(judge_packets({begin({syn, syn_ack})}, handshake()).outcome, Outcome::pass);
  const Check check = judge_packets({are({syn, syn_ack})}, handshake());
  EXPECT_EQ(check.outcome, Outcome::fail);
  EXPECT_THAT(check.seen, StartsWith("segment 3: expected no more, saw client > server . seq 1"));
}

TEST(Packets, FailIfNoneIsExpected) {
  EXPECT_EQ(judge_packets({are({})}, two_hosts()).outcome, Outcome::pass);
  const Check check = judge_packets({are({})}, handshake());
  EXPECT_EQ(check.outcome, Outcome::fail);
  EXPECT_EQ(check.title, "client saw exactly: nothing");
}

TEST(Packets, ContinueWhereThePreviousStepStopped) {
  EXPECT_EQ(judge_packets({begin({syn}), are({syn_ack, ack, data})}, handshake()).outcome,
            Outcome::pass);
  // A step at another host takes nothing away.
  const Packets elsewhere{"server", Packets::Mode::exact, {syn, syn_ack}, {}};
  EXPECT_EQ(judge_packets({elsewhere, are({syn, syn_ack, ack, data})}, handshake()).outcome,
            Outcome::pass);
}

TEST(Packets, IgnoreOtherProtocols) {
  Timeline timeline = two_hosts();
  Packet ping;
  ping.host = "client";
  ping.device = "eth0";
  ping.protocol = "icmp";
  timeline.packets = {ping};
  EXPECT_EQ(judge_packets({are({})}, timeline).outcome, Outcome::pass);
}

TEST(Packets, AreNotObservedIfSomeWereLost) {
  Timeline timeline = handshake();
  timeline.packets_lost = true;
  EXPECT_EQ(judge_packets({begin({syn, syn_ack})}, timeline).outcome, Outcome::pass);
  EXPECT_EQ(judge_packets({are({syn, syn_ack, ack, data})}, timeline).outcome,
            Outcome::not_observed);
  EXPECT_EQ(judge_packets({begin({syn, ack})}, timeline).outcome, Outcome::not_observed);
}

// What a test expects of one segment of the handshake besides its flags.
Check judge_one(const ExpectedSegment& expected, const Segment& seen) {
  Timeline timeline = two_hosts();
  timeline.packets = {packet("client", true, client, server, seen.flags.str(), 0)};
  timeline.packets[0].segment = seen;
  timeline.values = {{"port", 40000}, {"isn", 999}};
  return judge_packets({are({expected})}, timeline);
}

Segment seen_syn() {
  Segment seen = *packet("client", true, client, server, "S", 1000).segment;
  seen.window = 64240;
  seen.options.mss = 1460;
  seen.options.window_scale = 7;
  seen.options.timestamps = {{100, 0}};
  return seen;
}

TEST(Packets, CompareOptionsAndWindowIfStated) {
  ExpectedSegment expected = syn;
  expected.window = Number{64240};
  expected.mss = Number{1460};
  expected.wscale = Number{7};
  expected.sack = false;
  expected.timestamps = true;
  EXPECT_EQ(judge_one(expected, seen_syn()).outcome, Outcome::pass);

  const auto wrong = [&](auto change) {
    ExpectedSegment changed = expected;
    change(changed);
    return judge_one(changed, seen_syn()).seen;
  };
  EXPECT_THAT(
      wrong([](auto& segment) { segment.window = Number{0}; }),
      AllOf(StartsWith("segment 1, window: "), HasSubstr("length 0 (win 64240 instead of 0)")));
  EXPECT_THAT(wrong([](auto& segment) { segment.mss = Number{536}; }),
              AllOf(StartsWith("segment 1, MSS: "), HasSubstr("(mss 1460 instead of 536)")));
  EXPECT_THAT(wrong([](auto& segment) { segment.wscale = Number{6}; }),
              AllOf(StartsWith("segment 1, window scale: "), HasSubstr("(wscale 7 instead of 6)")));
  EXPECT_THAT(wrong([](auto& segment) { segment.sack = true; }),
              HasSubstr("(no SACK-permitted option)"));
  EXPECT_THAT(wrong([](auto& segment) { segment.timestamps = false; }),
              HasSubstr("(a timestamps option)"));
}

TEST(Packets, CompareTheFirstSackBlock) {
  Timeline timeline = handshake();
  ExpectedSegment expected = ack;
  expected.sack_block = {{Number{0}, Number{1}}};
  const std::vector<ExpectedSegment> first{syn, syn_ack, expected};
  EXPECT_THAT(judge_packets({begin(first)}, timeline).seen,
              AllOf(StartsWith("segment 3, SACK: "), HasSubstr("(no sack)")));
  // The server's initial number is 4294967295: its SYN, once more.
  timeline.packets[4].segment->options.sack = {{4294967295U, 0}};
  EXPECT_EQ(judge_packets({begin(first)}, timeline).outcome, Outcome::pass);
  timeline.packets[4].segment->options.sack = {{9, 19}, {4294967295U, 0}};
  EXPECT_THAT(judge_packets({begin(first)}, timeline).seen, HasSubstr("(sack 10:20)"));
}

TEST(Packets, DistinguishAMissingOptionFromZero) {
  Segment bare = seen_syn();
  bare.options = {};
  ExpectedSegment expected = syn;
  expected.wscale = Number{0};
  EXPECT_THAT(judge_one(expected, bare).seen, HasSubstr("(no wscale)"));
}

TEST(Packets, CompareAStatedPort) {
  ExpectedSegment expected = syn;
  expected.from.port = 40000;
  expected.to.port = 8888;
  EXPECT_EQ(judge_one(expected, seen_syn()).outcome, Outcome::pass);
  expected.from.port = Number{1, "port"};
  const Check check = judge_one(expected, seen_syn());
  EXPECT_EQ(check.outcome, Outcome::fail);
  EXPECT_THAT(check.seen, AllOf(StartsWith("segment 1, port: expected client:$port+1 > "),
                                HasSubstr("(port 40000 > 8888)")));
}

TEST(Packets, CompareRawNumbersAndValues) {
  ExpectedSegment expected = segment("client", "server", "S");
  expected.raw_sequence = true;
  expected.sequence = Number{1, "isn"};
  EXPECT_EQ(judge_one(expected, seen_syn()).outcome, Outcome::pass);
  expected.sequence = Number{2, "isn"};
  EXPECT_THAT(judge_one(expected, seen_syn()).seen,
              AllOf(StartsWith("segment 1, sequence number: "),
                    HasSubstr("(rawseq 1000 instead of 1001)")));
}

TEST(Packets, CompareNumbersModuloTheirSpace) {
  ExpectedSegment expected = segment("client", "server", "S", -1);
  expected.raw_sequence = true;
  Segment seen = seen_syn();
  seen.sequence = 4294967295U;
  EXPECT_EQ(judge_one(expected, seen).outcome, Outcome::pass);
}

TEST(Packets, FailForAnUnsetValue) {
  ExpectedSegment expected = segment("client", "server", "S");
  expected.sequence = Number{0, "nobody"};
  const Check check = judge_one(expected, seen_syn());
  EXPECT_EQ(check.outcome, Outcome::fail);
  EXPECT_EQ(check.seen, "nothing was compared: no step has set $nobody");
  EXPECT_EQ(judge_packets({never({expected})}, two_hosts()).outcome, Outcome::fail);
}

TEST(PacketsHas, AllowsOthersInBetween) {
  const Check check = judge_packets({has({syn, data})}, handshake());
  EXPECT_EQ(check.outcome, Outcome::pass) << check.seen;
  EXPECT_EQ(check.title,
            "client saw among others: client > server S seq 0; client > server P. seq 1 ack 1 "
            "length 5");
}

TEST(PacketsHas, KeepsTheOrder) {
  const Check check = judge_packets({has({data, syn})}, handshake());
  EXPECT_EQ(check.outcome, Outcome::fail);
  EXPECT_THAT(check.seen, StartsWith("segment 2: expected client > server S seq 0, but it was not "
                                     "seen after the previous one; all that was seen: "));
  EXPECT_EQ(judge_packets({has({syn, syn})}, handshake()).outcome, Outcome::fail);
}

TEST(PacketsHas, NamesTheFieldOfTheNearestSegment) {
  EXPECT_THAT(judge_packets({has({segment("server", "client", "S.", 0, 7)})}, handshake()).seen,
              StartsWith("segment 1, acknowledgment number: expected server > client S. seq 0 ack "
                         "7, saw server > client S. seq 0 ack 1 length 0 (ack 1 instead of 7); "));
}

TEST(PacketsHas, ClaimsNoSegments) {
  EXPECT_EQ(judge_packets({has({syn, data}), are({syn, syn_ack, ack, data})}, handshake()).outcome,
            Outcome::pass);
  // It begins where an earlier step ended.
  EXPECT_EQ(judge_packets({begin({syn}), has({syn})}, handshake()).outcome, Outcome::fail);
}

TEST(PacketsHas, IsNotObservedIfTheMissingOneMayBeLost) {
  Timeline timeline = handshake();
  timeline.packets_lost = true;
  EXPECT_EQ(judge_packets({has({syn, data})}, timeline).outcome, Outcome::pass);
  EXPECT_EQ(judge_packets({has({data, syn})}, timeline).outcome, Outcome::not_observed);
}

TEST(PacketsNever, FailsForASeenSegment) {
  const auto reset = segment("server", "client", "R.");
  EXPECT_EQ(judge_packets({never({reset})}, handshake()).outcome, Outcome::pass);
  const Check check = judge_packets({never({reset, data})}, handshake());
  EXPECT_EQ(check.outcome, Outcome::fail);
  EXPECT_EQ(check.title,
            "client never saw: server > client R.; client > server P. seq 1 ack 1 length 5");
  EXPECT_THAT(check.seen, StartsWith("saw client > server P. seq 1 ack 1 length 5; "));
}

TEST(PacketsNever, IsNotObservedIfSomeWereLost) {
  Timeline timeline = handshake();
  timeline.packets_lost = true;
  EXPECT_EQ(judge_packets({never({segment("server", "client", "R.")})}, timeline).outcome,
            Outcome::not_observed);
  EXPECT_EQ(judge_packets({never({data})}, timeline).outcome, Outcome::fail);
}

TEST(PacketsNever, CombinesWithExpectedSegments) {
  Packets both = are({syn, syn_ack, ack, data});
  both.never = {segment("server", "client", "R.")};
  const auto checks = judge_last(scenario_with({both}), {}, handshake());
  EXPECT_EQ(outcomes(checks), std::vector(2, Outcome::pass));
}

ExpectedSegment error(const std::string& from, const std::string& to, const std::string& icmp) {
  ExpectedSegment made;
  made.from = place(from, 0);
  made.to = place(to, 0);
  made.icmp = icmp;
  return made;
}

// The client's SYN, and the server's word that nobody is at that port.
Timeline unreachable() {
  Timeline timeline = two_hosts();
  Packet answer;
  answer.host = "client";
  answer.device = "eth0";
  answer.protocol = "icmp";
  answer.icmp = IcmpError{{3, 3}, at(server).address, at(client).address, 0, {}};
  answer.icmp->about = IcmpError::Quoted{at(client), at(server), 1000};
  timeline.packets = {packet("client", true, client, server, "S", 1000), answer};
  return timeline;
}

TEST(PacketsIcmp, AppearAmongTheSegments) {
  const auto expected = error("server", "client", "port-unreachable");
  const Check check = judge_packets({has({syn, expected})}, unreachable());
  EXPECT_EQ(check.outcome, Outcome::pass) << check.seen;
  EXPECT_THAT(check.seen, HasSubstr("; server > client icmp port-unreachable"));
  EXPECT_EQ(judge_packets({has({expected, syn})}, unreachable()).outcome, Outcome::fail);
  EXPECT_EQ(judge_packets({never({expected})}, unreachable()).outcome, Outcome::fail);
}

TEST(PacketsIcmp, DifferByNameEndsAndPorts) {
  const auto judged = [](const ExpectedSegment& expected) {
    return judge_packets({has({expected})}, unreachable()).outcome;
  };
  EXPECT_EQ(judged(error("server", "client", "host-unreachable")), Outcome::fail);
  EXPECT_EQ(judged(error("client", "server", "port-unreachable")), Outcome::fail);
  auto with_port = error("server", "client", "port-unreachable");
  with_port.from.port = 8888;  // that to which the segment was sent
  EXPECT_EQ(judged(with_port), Outcome::pass);
  with_port.from.port = 8889;
  EXPECT_EQ(judged(with_port), Outcome::fail);
}

TEST(PacketsIcmp, AreNotSegments) {
  EXPECT_EQ(judge_packets({are({syn})}, unreachable()).outcome, Outcome::pass);
  // Claimed with the segments that stand before them.
  EXPECT_THAT(window_with_errors(unreachable(), scenario_with({are({syn}), never({syn})}), 4),
              SizeIs(1));
}

}  // namespace
}  // namespace lab::check
