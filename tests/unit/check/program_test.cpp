// SPDX-License-Identifier: MIT
#include <gmock/gmock.h>

#include <cerrno>

#include "unit/check/timelines.hpp"

namespace lab::check {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

std::vector<Check> judge_played(scenario::Action action, Played played) {
  StepRecord record;
  record.played = std::move(played);
  return judge_last(scenario_with({std::move(action)}), record, two_hosts());
}

Played ended(int exit, const std::string& output) {
  Played played;
  played.exit = exit;
  played.data = output;
  return played;
}

Played still_running(const std::string& output) {
  Played played;
  played.timed_out = true;
  played.data = output;
  return played;
}

Played refused(int error, const std::string& why) {
  Played played;
  played.error = error;
  played.observed = why;
  return played;
}

scenario::Exec knock() {
  scenario::Exec exec;
  exec.host = "client";
  exec.run = {"knock", "127.0.0.1:40000"};
  return exec;
}

TEST(Exec, NeedsTheExitStatus) {
  const auto checks = judge_played(knock(), ended(0, ""));
  ASSERT_THAT(checks, SizeIs(1));
  EXPECT_EQ(checks[0].outcome, Outcome::pass);
  EXPECT_EQ(checks[0].title, "knock ends with exit status 0");
  EXPECT_EQ(checks[0].witnesses, Witness::program);
  EXPECT_EQ(checks[0].expected, "exit status 0");
  EXPECT_EQ(checks[0].seen, "exit status 0");
}

TEST(Exec, OfAScriptIsNotObservedWhereTheGuestLacksWhatItNeeds) {
  const auto outcome = [](bool from_script, const std::string& missed) {
    scenario::Exec exec = knock();
    exec.from_script = from_script;
    StepRecord record;
    record.played = ended(127, "sh: 1: python3: not found");
    Timeline timeline = two_hosts();
    timeline.missed = missed;
    return judge_last(scenario_with({exec}), record, timeline).at(0).outcome;
  };
  EXPECT_EQ(outcome(true, "line 1: the microVM lacks something"), Outcome::not_observed);
  EXPECT_EQ(outcome(true, ""), Outcome::fail);
  EXPECT_EQ(outcome(false, "line 1: the microVM lacks something"), Outcome::fail);
}

TEST(Exec, ReportsTheOutputIfTheExitStatusIsWrong) {
  const auto checks = judge_played(knock(), ended(1, "never connected\n"));
  ASSERT_THAT(checks, SizeIs(1));
  EXPECT_EQ(checks[0].outcome, Outcome::fail);
  EXPECT_EQ(checks[0].seen, R"(exit status 1; it printed "never connected\n")");

  scenario::Exec fails = knock();
  fails.exit = 1;
  EXPECT_THAT(outcomes(judge_played(fails, ended(1, ""))), ElementsAre(Outcome::pass));
}

TEST(Exec, ComparesTheOutputExceptForTrailingWhiteSpace) {
  scenario::Exec exec = knock();
  exec.output = "hello\nworld\n";
  const auto judged = [&](const std::string& output) {
    const auto checks = judge_played(exec, ended(0, output));
    return checks.at(1);
  };
  EXPECT_EQ(judged("hello\nworld\n").outcome, Outcome::pass);
  EXPECT_EQ(judged("hello\nworld").outcome, Outcome::pass);
  EXPECT_EQ(judged("hello\nworld \r\n\n").outcome, Outcome::pass);
  EXPECT_EQ(judged(" hello\nworld").outcome, Outcome::fail);
  EXPECT_EQ(judged("hello\nworld, and more").outcome, Outcome::fail);
  const Check check = judged("");
  EXPECT_EQ(check.outcome, Outcome::fail);
  EXPECT_EQ(check.expected, R"(it says exactly "hello\nworld")");
  EXPECT_EQ(check.seen, "it printed nothing");
}

TEST(Exec, FailsOnOutputIfNoneIsExpected) {
  scenario::Exec exec = knock();
  exec.output = "";
  EXPECT_THAT(outcomes(judge_played(exec, ended(0, "\n"))),
              ElementsAre(Outcome::pass, Outcome::pass));
  EXPECT_THAT(outcomes(judge_played(exec, ended(0, "x\n"))),
              ElementsAre(Outcome::pass, Outcome::fail));
}

TEST(Exec, LooksForEachTextInTheOutput) {
  scenario::Exec exec = knock();
  exec.contains = {"to itself", "3 attempts"};
  const auto checks = judge_played(exec, ended(0, "connected to itself after 7 attempts\n"));
  ASSERT_THAT(outcomes(checks), ElementsAre(Outcome::pass, Outcome::pass, Outcome::fail));
  EXPECT_EQ(checks[2].title, R"(knock says "3 attempts")");
  EXPECT_EQ(checks[2].expected, R"(it says "3 attempts")");
  EXPECT_EQ(checks[2].seen,
            R"(it printed "connected to itself after 7 attempts\n", and ended with exit status 0)");
}

TEST(Exec, FailsAndNamesTheDeadlineIfItDoesNotEnd) {
  scenario::Exec exec = knock();
  exec.contains = {"x"};
  const auto checks = judge_played(exec, still_running("x"));
  ASSERT_THAT(checks, SizeIs(1));
  EXPECT_EQ(checks[0].outcome, Outcome::fail);
  EXPECT_EQ(checks[0].expected, "exit status 0");
  EXPECT_EQ(checks[0].seen,
            R"(it had not ended at the deadline of 2500 ms and was killed; it printed "x")");
}

TEST(Exec, FailsWithTheReasonIfItCannotBeStarted) {
  for (const bool background : {false, true}) {
    scenario::Exec exec = knock();
    exec.background = background;
    const auto checks = judge_played(exec, refused(ENOENT, "there is no program knock"));
    ASSERT_THAT(checks, SizeIs(1));
    EXPECT_EQ(checks[0].outcome, Outcome::fail);
    EXPECT_EQ(checks[0].expected, "the program starts");
    EXPECT_EQ(checks[0].seen, "ENOENT: there is no program knock");
  }
}

TEST(Exec, ChecksNothingInTheBackground) {
  scenario::Exec exec = knock();
  exec.background = true;
  EXPECT_THAT(judge_played(exec, {}), IsEmpty());
}

scenario::Await await_program(const std::string& output, std::optional<int> exit) {
  scenario::Await await;
  await.program = "rendezvous";
  await.output = output;
  await.exit = exit;
  return await;
}

TEST(Await, NeedsTheOutput) {
  Played says;
  says.data = "listening on port 7000\nfirst: 10.0.0.1\n";
  const auto checks = judge_played(await_program("first: ", std::nullopt), says);
  ASSERT_THAT(outcomes(checks), ElementsAre(Outcome::pass));
  EXPECT_EQ(checks[0].title, R"(rendezvous says "first: ")");
}

TEST(Await, FailsIfTheProgramEndedWithoutTheOutput) {
  const auto checks = judge_played(await_program("second", std::nullopt), ended(1, "first\n"));
  ASSERT_THAT(outcomes(checks), ElementsAre(Outcome::fail));
  EXPECT_EQ(checks[0].seen, R"(it printed "first\n", and ended with exit status 1)");
}

TEST(Await, FailsAtTheDeadlineWithoutTheOutput) {
  const auto checks = judge_played(await_program("second", std::nullopt), still_running("first\n"));
  ASSERT_THAT(outcomes(checks), ElementsAre(Outcome::fail));
  EXPECT_EQ(checks[0].seen,
            R"(it had not ended at the deadline of 2500 ms and was killed; it printed "first\n")");
}

TEST(Await, NeedsTheExitStatus) {
  EXPECT_THAT(outcomes(judge_played(await_program("", 143), ended(143, ""))),
              ElementsAre(Outcome::pass));
  EXPECT_THAT(outcomes(judge_played(await_program("", 0), ended(143, ""))),
              ElementsAre(Outcome::fail));
  EXPECT_THAT(outcomes(judge_played(await_program("", 0), still_running(""))),
              ElementsAre(Outcome::fail));
}

TEST(Await, NeedsTheEventOfASocket) {
  scenario::Await await;
  await.socket = "cli";
  await.event = "readable";
  Played event;
  event.observed = "POLLIN";
  const auto passes = judge_played(await, event);
  ASSERT_THAT(outcomes(passes), ElementsAre(Outcome::pass));
  EXPECT_EQ(passes[0].expected, "cli is readable");
  EXPECT_EQ(passes[0].seen, "POLLIN");

  EXPECT_EQ(judge_played(await, refused(ENOTCONN, "POLLHUP")).at(0).seen, "ENOTCONN: POLLHUP");
  Played late;
  late.timed_out = true;
  const auto fails = judge_played(await, late);
  ASSERT_THAT(outcomes(fails), ElementsAre(Outcome::fail));
  EXPECT_EQ(fails[0].seen, "not before the deadline of 2500 ms");
}

TEST(Stop, AddsACheckOnlyWhenItFails) {
  const scenario::Stop stop{"rendezvous", "SIGTERM"};
  EXPECT_THAT(judge_played(stop, ended(143, "")), IsEmpty());
  EXPECT_THAT(outcomes(judge_played(stop, refused(ESRCH, "exit 1; printed \"\""))),
              ElementsAre(Outcome::fail));
  const auto checks = judge_played(stop, still_running("no\n"));
  ASSERT_THAT(outcomes(checks), ElementsAre(Outcome::fail));
  EXPECT_EQ(checks[0].expected, "SIGTERM ends it");
}

}  // namespace
}  // namespace lab::check
