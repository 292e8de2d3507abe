// SPDX-License-Identifier: MIT
#include <gmock/gmock.h>

#include "unit/check/timelines.hpp"

namespace lab::check {
namespace {

using testing::ElementsAre;
using testing::SizeIs;

const std::string client = "10.0.0.1:40000", server = "10.0.0.2:8888";

Snapshot counting(const std::string& host, std::optional<std::uint32_t> retransmissions) {
  Row seen = child();
  seen.retransmissions = retransmissions;
  Snapshot snapshot;
  snapshot.host = host;
  snapshot.ehash = {shows(Witness::module, {child()}), shows(Witness::sock_diag, {seen})};
  return snapshot;
}

// [0] is what was captured, [1] what the sockets counted.
std::vector<Check> judge_it(const Timeline& timeline, std::vector<Snapshot> snapshots) {
  StepRecord record;
  record.snapshots = std::move(snapshots);
  auto checks = judge_last(scenario_with({scenario::NoRetransmission{}}), record, timeline);
  EXPECT_THAT(checks, SizeIs(2));
  return checks;
}

Check captured(std::vector<Packet> packets) {
  Timeline timeline = two_hosts();
  timeline.packets = std::move(packets);
  return judge_it(timeline, {}).at(0);
}

TEST(Captured, PassesIfEachSegmentIsSentOnce) {
  const Check check = captured({packet("client", true, client, server, "S", 10),
                                packet("server", false, client, server, "S", 10),
                                packet("client", true, client, server, "S.", 10, 31),
                                packet("client", true, client, server, "P.", 11, 31, 5),
                                packet("client", true, client, server, "P.", 16, 31, 5)});
  EXPECT_EQ(check.outcome, Outcome::pass);
}

TEST(Captured, FindsARepeatedSyn) {
  const Check check = captured({packet("client", true, client, server, "S", 10),
                                packet("client", true, client, server, "S", 10),
                                packet("client", true, client, server, "S", 10)});
  EXPECT_EQ(check.outcome, Outcome::fail);
  EXPECT_EQ(check.seen, "client sent client > server S seq 0 length 0 more than once");
}

TEST(Captured, FindsRepeatedDataWhateverItAcknowledges) {
  EXPECT_EQ(captured({packet("client", true, client, server, "P.", 11, 31, 5),
                      packet("client", true, client, server, "P.", 11, 36, 5)})
                .outcome,
            Outcome::fail);
}

// A machine that stops for a moment while packets are held makes the kernel
// send them again, rightly: then there is nothing to see, and nothing to blame.
TEST(Captured, IsNotObservedIfPacketsWereHeldPastTheTimeout) {
  const auto judged = [](std::int64_t held_for) {
    Timeline timeline = two_hosts();
    timeline.packets = {packet("client", true, client, server, "S", 10),
                        packet("client", true, client, server, "S", 10)};
    StepRecord hold, release;
    hold.index = 3;  // scenario_with() opens three sockets first
    hold.begin = 5'000'000'000;
    release.index = 4;
    release.end = hold.begin + held_for;
    timeline.steps = {hold, release};
    return judge_last(scenario_with({scenario::Hold{"client"}, scenario::Release{"client", false},
                                     scenario::NoRetransmission{}}),
                      {}, timeline)
        .at(0);
  };
  EXPECT_EQ(judged(900'000'000).outcome, Outcome::fail);
  EXPECT_EQ(judged(1'100'000'000).outcome, Outcome::not_observed);
  EXPECT_THAT(judged(1'100'000'000).seen, testing::HasSubstr("held for 1.1 s"));
}

TEST(Captured, IgnoresDuplicateAcksAndResets) {
  EXPECT_EQ(captured({packet("client", true, client, server, ".", 11, 31),
                      packet("client", true, client, server, ".", 11, 31),
                      packet("client", true, client, server, "R.", 0, 31),
                      packet("client", true, client, server, "R.", 0, 31)})
                .outcome,
            Outcome::pass);
}

TEST(Captured, IgnoresInjectedSegments) {
  const Packet syn = packet("client", true, client, server, "S", 10);
  Packet copy = syn;
  copy.injected = true;
  EXPECT_EQ(captured({syn, copy}).outcome, Outcome::pass);
  EXPECT_EQ(captured({copy, syn}).outcome, Outcome::pass);
  EXPECT_EQ(captured({syn, copy, syn}).outcome, Outcome::fail);
}

TEST(Captured, IgnoresSegmentsThatOnlyArriveTwice) {
  EXPECT_EQ(captured({packet("server", false, client, server, "S", 10),
                      packet("server", false, client, server, "S", 10)})
                .outcome,
            Outcome::pass);
}

TEST(Captured, IsNotObservedIfPacketsWereLost) {
  Timeline timeline = two_hosts();
  timeline.packets_lost = true;
  EXPECT_EQ(judge_it(timeline, {}).at(0).outcome, Outcome::not_observed);
  timeline.packets = {packet("client", true, client, server, "S", 10),
                      packet("client", true, client, server, "S", 10)};
  EXPECT_EQ(judge_it(timeline, {}).at(0).outcome, Outcome::fail);
}

TEST(Counted, PassesWithZeroOnEveryHost) {
  const Check check = judge_it(two_hosts(), {counting("client", 0), counting("server", 0)}).at(1);
  EXPECT_EQ(check.outcome, Outcome::pass);
  EXPECT_EQ(check.witnesses, Witness::sock_diag);
  EXPECT_EQ(check.seen, "it is 0 on 2 sockets");
}

TEST(Counted, FailsWithOneRetransmission) {
  const Check check = judge_it(two_hosts(), {counting("client", 0), counting("server", 2)}).at(1);
  EXPECT_EQ(check.outcome, Outcome::fail);
  EXPECT_EQ(check.seen, "on server: conn ESTABLISHED server:8888 > client:40000, 2 retransmitted");
}

TEST(Counted, FailsForAClosedSocketByAnEarlierSnapshot) {
  Timeline timeline = two_hosts();
  timeline.steps.emplace_back();
  timeline.steps.back().snapshots = {counting("server", 1)};
  EXPECT_EQ(judge_it(timeline, {counting("client", 0), counting("server", 0)}).at(1).outcome,
            Outcome::fail);
}

TEST(Counted, DoesNotPassByAnEarlierSnapshot) {
  Timeline timeline = two_hosts();
  timeline.steps.emplace_back();
  timeline.steps.back().snapshots = {counting("client", 0), counting("server", 0)};
  const Check check = judge_it(timeline, {counting("client", 0)}).at(1);
  EXPECT_EQ(check.outcome, Outcome::not_observed);
  EXPECT_EQ(check.seen, "ehash on server: no snapshot was taken");
}

TEST(Counted, IsNotObservedWithoutSockDiag) {
  Snapshot blind_one = counting("server", 0);
  blind_one.ehash[1] = blind(Witness::sock_diag, "no tcp_diag");
  EXPECT_EQ(judge_it(two_hosts(), {counting("client", 0), blind_one}).at(1).seen,
            "ehash on server: no tcp_diag");
  const Check uncounted =
      judge_it(two_hosts(), {counting("client", std::nullopt), counting("server", std::nullopt)})
          .at(1);
  EXPECT_EQ(uncounted.outcome, Outcome::not_observed);
  EXPECT_EQ(uncounted.seen, "no socket in ehash reported its count");
}

}  // namespace
}  // namespace lab::check
