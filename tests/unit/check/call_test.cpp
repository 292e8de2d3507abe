// SPDX-License-Identifier: MIT
#include <gmock/gmock.h>
#include <poll.h>

#include <cerrno>

#include "unit/check/timelines.hpp"

namespace lab::check {
namespace {

using testing::IsEmpty;
using testing::SizeIs;

std::vector<Check> judge_played(scenario::Action action, Played played) {
  StepRecord record;
  record.played = std::move(played);
  return judge_last(scenario_with({std::move(action)}), record, two_hosts());
}

const scenario::Connect refused{"cli", place("server", 8888), true, ECONNREFUSED, ""};

TEST(Call, PassesWithTheExpectedErrno) {
  const auto checks = judge_played(refused, {ECONNREFUSED, "", false});
  ASSERT_THAT(checks, SizeIs(1));
  EXPECT_EQ(checks[0].outcome, Outcome::pass);
  EXPECT_EQ(checks[0].title, "connect cli to server:8888, expecting ECONNREFUSED");
  EXPECT_EQ(checks[0].witnesses, Witness::socket);
  EXPECT_EQ(checks[0].expected, "connect() expected ECONNREFUSED");
  EXPECT_EQ(checks[0].seen, "saw ECONNREFUSED");
}

TEST(Call, FailsOnAnotherErrno) {
  const auto checks = judge_played(refused, {ETIMEDOUT, "", false});
  ASSERT_THAT(checks, SizeIs(1));
  EXPECT_EQ(checks[0].outcome, Outcome::fail);
  EXPECT_EQ(checks[0].seen, "saw ETIMEDOUT");
}

TEST(Call, FailsOnAnUnexpectedSuccess) {
  const auto checks = judge_played(refused, {0, "from 10.0.0.1:40000", false});
  ASSERT_THAT(checks, SizeIs(1));
  EXPECT_EQ(checks[0].outcome, Outcome::fail);
  EXPECT_EQ(checks[0].seen, "saw success (from 10.0.0.1:40000)");
}

TEST(Call, NamesAnErrnoOnce) {
  EXPECT_EQ(judge_played(refused, {ETIMEDOUT, "ETIMEDOUT", false})[0].seen, "saw ETIMEDOUT");
}

TEST(Call, FailsAtTheDeadlineAndNamesIt) {
  const auto checks = judge_played(scenario::Connected{"cli", 0}, {EINPROGRESS, "", true});
  ASSERT_THAT(checks, SizeIs(1));
  EXPECT_EQ(checks[0].outcome, Outcome::fail);
  EXPECT_EQ(checks[0].expected, "connect() expected success");
  EXPECT_EQ(checks[0].seen, "no result before the deadline of 2500 ms");
}

TEST(Receive, NeedsExactlyTheData) {
  const auto judged = [](Played played) {
    return judge_played(scenario::Receive{"cli", "Hello", false, 0}, std::move(played)).at(0);
  };
  EXPECT_EQ(judged({0, "", false, "Hello"}).outcome, Outcome::pass);
  EXPECT_EQ(judged({0, "", false, "Help!"}).outcome, Outcome::fail);
  EXPECT_EQ(judged({0, "", false, "Hel"}).outcome, Outcome::fail);  // then the stream ended
  EXPECT_EQ(judged({EAGAIN, "", true, "Hel"}).outcome, Outcome::fail);
  EXPECT_EQ(judged({}).outcome, Outcome::fail);
  const Check short_of = judged({EAGAIN, "\"Hel\"", true, "Hel"});
  EXPECT_EQ(short_of.expected, "recv() expected \"Hello\"");
  EXPECT_EQ(short_of.seen, "no result before the deadline of 2500 ms (\"Hel\")");
}

// What came before the end counts as much as the end.
TEST(Receive, NeedsTheEndAndNothingBeforeIt) {
  const auto judged = [](Played played) {
    return judge_played(scenario::Receive{"cli", "", true, 0}, std::move(played)).at(0);
  };
  EXPECT_EQ(judged({0, "", false, "", true}).outcome, Outcome::pass);
  EXPECT_EQ(judged({ECONNRESET, "", false, "", false}).outcome, Outcome::fail);
  EXPECT_EQ(judged({EAGAIN, "", true, "", false}).outcome, Outcome::fail);
  const Check early = judged({0, "\"x\"", false, "x", false});
  EXPECT_EQ(early.outcome, Outcome::fail);
  EXPECT_EQ(early.expected, "recv() expected the end of the stream and nothing before it");
  EXPECT_EQ(early.seen, "saw \"x\"");
}

TEST(Receive, NeedsTheStatedError) {
  const auto judged = [](Played played) {
    return judge_played(scenario::Receive{"cli", "", false, ECONNRESET}, std::move(played)).at(0);
  };
  EXPECT_EQ(judged({ECONNRESET, "ECONNRESET", false, "", false}).outcome, Outcome::pass);
  const Check ended = judged({0, "the end of the stream", false, "", true});
  EXPECT_EQ(ended.outcome, Outcome::fail);
  EXPECT_EQ(ended.expected, "recv() expected ECONNRESET");
  EXPECT_EQ(ended.seen, "saw success (the end of the stream)");
}

Played brought(std::int64_t value, const std::string& observed) {
  Played played;
  played.value = value;
  played.observed = observed;
  return played;
}

TEST(Poll, NeedsTheStatedEvents) {
  const scenario::Poll wanted{"cli", {POLLOUT}, {POLLHUP}};
  const Check held = judge_played(wanted, brought(POLLOUT, "POLLOUT")).at(0);
  EXPECT_EQ(held.outcome, Outcome::pass);
  EXPECT_EQ(held.expected, "poll() expected POLLOUT without POLLHUP");
  EXPECT_EQ(held.seen, "saw POLLOUT");
  EXPECT_EQ(judge_played(wanted, brought(POLLOUT | POLLHUP, "")).at(0).outcome, Outcome::fail);
  EXPECT_EQ(judge_played(wanted, {}).at(0).outcome, Outcome::fail);
}

TEST(GetOption, ComparesTheValue) {
  const scenario::GetOption wanted{"cli", "TCP_DEFER_ACCEPT", 7};
  EXPECT_EQ(judge_played(wanted, brought(7, "7")).at(0).outcome, Outcome::pass);
  const Check other = judge_played(wanted, brought(3, "3")).at(0);
  EXPECT_EQ(other.outcome, Outcome::fail);
  EXPECT_EQ(other.expected, "getsockopt() expected 7");
  EXPECT_EQ(other.seen, "saw 3");
  EXPECT_EQ(judge_played(wanted, {ENOPROTOOPT, "ENOPROTOOPT", false}).at(0).seen,
            "saw ENOPROTOOPT");
}

TEST(GetOption, NamesAnErrno) {
  const Check check =
      judge_played(scenario::GetOption{"cli", "SO_ERROR", ECONNREFUSED}, brought(0, "0")).at(0);
  EXPECT_EQ(check.outcome, Outcome::fail);
  EXPECT_EQ(check.expected, "getsockopt() expected ECONNREFUSED");
  EXPECT_EQ(check.seen, "saw 0");
}

TEST(Transfer, NeedsEveryByte) {
  const scenario::Transfer all{"cli", "conn", 1000};
  EXPECT_EQ(judge_played(all, brought(1000, "1000 bytes")).at(0).outcome, Outcome::pass);
  const Check few = judge_played(all, brought(999, "999 bytes, then the end of the stream")).at(0);
  EXPECT_EQ(few.outcome, Outcome::fail);
  EXPECT_EQ(few.expected, "transfer expected 1000 bytes as they were sent");
  EXPECT_EQ(few.seen, "saw 999 bytes, then the end of the stream");
}

TEST(Call, IsJudgedForEachVerb) {
  for (const scenario::Action& action :
       {scenario::Action{scenario::SetOption{"cli", "TCP_NODELAY", 1, 0}},
        scenario::Action{scenario::Bind{"srv", place("any", 1), 0}},
        scenario::Action{scenario::Listen{"srv", 1, 0}},
        scenario::Action{scenario::Connected{"cli", 0}},
        scenario::Action{scenario::Disconnect{"cli", 0}},
        scenario::Action{scenario::Accept{{"srv"}, "conn", ""}},
        scenario::Action{scenario::Send{"cli", "x", true, 0}},
        scenario::Action{scenario::Shutdown{"cli", scenario::Direction::write, 0}},
        scenario::Action{scenario::Ping{"client", "server"}}}) {
    EXPECT_THAT(outcomes(judge_played(action, {})), testing::ElementsAre(Outcome::pass));
    EXPECT_THAT(outcomes(judge_played(action, {EPERM, "", false})),
                testing::ElementsAre(Outcome::fail));
  }
}

TEST(Arranging, AddsACheckOnlyWhenItFails) {
  for (const scenario::Action& action :
       {scenario::Action{scenario::Hold{"client"}}, scenario::Action{scenario::Mark{"client"}},
        scenario::Action{scenario::Release{"client", true}},
        scenario::Action{scenario::Close{"cli", false}}}) {
    EXPECT_THAT(judge_played(action, {}), IsEmpty());
    EXPECT_THAT(outcomes(judge_played(action, {ENOENT, "", false})),
                testing::ElementsAre(Outcome::fail));
  }
}

}  // namespace
}  // namespace lab::check
