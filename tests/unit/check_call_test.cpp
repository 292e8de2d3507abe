// SPDX-License-Identifier: MIT
#include <gmock/gmock.h>

#include <cerrno>

#include "check_timelines.hpp"

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

TEST(Call, PassesWhenItsErrnoIsTheOneExpected) {
  const auto checks = judge_played(refused, {ECONNREFUSED, "", false});
  ASSERT_THAT(checks, SizeIs(1));
  EXPECT_EQ(checks[0].outcome, Outcome::pass);
  EXPECT_EQ(checks[0].title, "connect cli to server:8888, expecting ECONNREFUSED");
  EXPECT_EQ(checks[0].witness, "socket");
  EXPECT_EQ(checks[0].expected, "connect() expected ECONNREFUSED");
  EXPECT_EQ(checks[0].seen, "saw ECONNREFUSED");
}

TEST(Call, FailsOnAnotherErrno) {
  const auto checks = judge_played(refused, {ETIMEDOUT, "", false});
  ASSERT_THAT(checks, SizeIs(1));
  EXPECT_EQ(checks[0].outcome, Outcome::fail);
  EXPECT_EQ(checks[0].seen, "saw ETIMEDOUT");
}

TEST(Call, FailsOnASuccessThatWasNotExpected) {
  const auto checks = judge_played(refused, {0, "from 10.0.0.1:40000", false});
  ASSERT_THAT(checks, SizeIs(1));
  EXPECT_EQ(checks[0].outcome, Outcome::fail);
  EXPECT_EQ(checks[0].seen, "saw success (from 10.0.0.1:40000)");
}

TEST(Call, SaysAnErrnoOnce) {
  EXPECT_EQ(judge_played(refused, {ETIMEDOUT, "ETIMEDOUT", false})[0].seen, "saw ETIMEDOUT");
}

TEST(Call, FailsAtTheDeadlineAndNamesIt) {
  const auto checks = judge_played(scenario::Connected{"cli", 0}, {EINPROGRESS, "", true});
  ASSERT_THAT(checks, SizeIs(1));
  EXPECT_EQ(checks[0].outcome, Outcome::fail);
  EXPECT_EQ(checks[0].expected, "connect() expected success");
  EXPECT_EQ(checks[0].seen, "nothing decided before the deadline of 2500 ms");
}

TEST(Receive, NeedsExactlyTheData) {
  const auto judged = [](Played played) {
    return judge_played(scenario::Receive{"cli", "Hello"}, std::move(played)).at(0);
  };
  EXPECT_EQ(judged({0, "", false, "Hello"}).outcome, Outcome::pass);
  EXPECT_EQ(judged({0, "", false, "Help!"}).outcome, Outcome::fail);
  EXPECT_EQ(judged({0, "", false, "Hel"}).outcome, Outcome::fail);  // then the stream ended
  EXPECT_EQ(judged({EAGAIN, "", true, "Hel"}).outcome, Outcome::fail);
  EXPECT_EQ(judged({}).outcome, Outcome::fail);
  const Check short_of = judged({EAGAIN, "\"Hel\"", true, "Hel"});
  EXPECT_EQ(short_of.expected, "recv() expected \"Hello\"");
  EXPECT_EQ(short_of.seen, "nothing decided before the deadline of 2500 ms (\"Hel\")");
}

TEST(Call, OfEachKindIsJudged) {
  for (const scenario::Action& action : {scenario::Action{scenario::Bind{"srv", place("any", 1), 0}},
                                         scenario::Action{scenario::Listen{"srv", 1, 0}},
                                         scenario::Action{scenario::Connected{"cli", 0}},
                                         scenario::Action{scenario::Accept{{"srv"}, "conn", ""}},
                                         scenario::Action{scenario::Send{"cli", "x"}},
                                         scenario::Action{scenario::Ping{"client", "server"}}}) {
    EXPECT_THAT(outcomes(judge_played(action, {})), testing::ElementsAre(Outcome::pass));
    EXPECT_THAT(outcomes(judge_played(action, {EPERM, "", false})),
                testing::ElementsAre(Outcome::fail));
  }
}

TEST(Arranging, IsWorthACheckOnlyWhenItGoesWrong) {
  for (const scenario::Action& action :
       {scenario::Action{scenario::Hold{"client"}}, scenario::Action{scenario::Mark{"client"}},
        scenario::Action{scenario::Release{"client", true}},
        scenario::Action{scenario::Close{"cli"}}}) {
    EXPECT_THAT(judge_played(action, {}), IsEmpty());
    EXPECT_THAT(outcomes(judge_played(action, {ENOENT, "", false})),
                testing::ElementsAre(Outcome::fail));
  }
}

}  // namespace
}  // namespace lab::check
