// SPDX-License-Identifier: MIT
//
// How the system calls of packetdrill scripts are judged.
#include <gmock/gmock.h>

#include <cerrno>

#include "unit/check/timelines.hpp"

namespace lab::check {
namespace {

using scenario::SystemCall;
using testing::HasSubstr;

constexpr std::int64_t ms = 1'000'000;

SystemCall epoll_wait() {
  SystemCall call;
  call.name = "epoll_wait";
  call.words = "epoll_wait on fd5";
  call.arguments = scenario::EpollWait{1, 4, true, 1, 0};
  call.result = 1;
  return call;
}

Played returned(std::int64_t value, const std::string& reply, int error = 0) {
  Played played;
  played.value = value;
  played.data = reply;
  played.error = error;
  return played;
}

std::vector<Check> judged(scenario::Action action, StepRecord record) {
  scenario::Scenario scenario;
  scenario.steps = {{std::move(action), "", std::nullopt, {}}};
  return judge(scenario, scenario.steps.front(), record, two_hosts());
}

Check judged(const SystemCall& call, const Played& played) {
  StepRecord record;
  record.played = played;
  const auto checks = judged(scenario::Action(call), record);
  EXPECT_EQ(checks.size(), 1u);
  return checks.at(0);
}

TEST(SystemCalls, MustReturnAndBringWhatIsExpected) {
  EXPECT_EQ(judged(epoll_wait(), returned(1, "EPOLLIN with data 4")).outcome, Outcome::pass);
  EXPECT_THAT(judged(epoll_wait(), returned(0, "0 with data 0")).seen,
              HasSubstr("it returned 0 instead of 1"));
  EXPECT_THAT(judged(epoll_wait(), returned(1, "EPOLLOUT with data 4")).seen,
              HasSubstr("it brought EPOLLOUT with data 4, instead of EPOLLIN with data 4"));
  EXPECT_THAT(judged(epoll_wait(), returned(-1, "", EBADF)).seen,
              HasSubstr("it returned EBADF instead of 1"));
  SystemCall fails = epoll_wait();
  fails.result.reset();
  fails.error = EINVAL;
  EXPECT_EQ(judged(fails, returned(-1, "", EINVAL)).outcome, Outcome::pass);
  EXPECT_EQ(judged(fails, returned(1, "")).outcome, Outcome::fail);
  fails.error = scenario::any_errno;
  EXPECT_EQ(judged(fails, returned(-1, "", EPERM)).outcome, Outcome::pass);
}

TEST(SystemCalls, ThatBringATimeWhichTheMachineHasDelayedAreNotObserved) {
  StepRecord record;
  record.played = returned(1, "EPOLLOUT with data 4");
  record.due = Due{0, 0, 4 * ms, 7 * ms};
  EXPECT_EQ(judged(scenario::Action(epoll_wait()), record).at(0).outcome, Outcome::not_observed);
  record.due->delayed = 0;
  EXPECT_EQ(judged(scenario::Action(epoll_wait()), record).at(0).outcome, Outcome::fail);
}

TEST(SystemCalls, ThatBlockMustReturnInTime) {
  const auto at = [](std::int64_t end, std::int64_t delayed) {
    StepRecord record;
    record.played = returned(1, "EPOLLIN with data 4");
    record.due = Due{100 * ms, 100 * ms, 4 * ms, delayed};
    record.end = end;
    return judged(scenario::CallOver{epoll_wait()}, record).at(0);
  };
  EXPECT_EQ(at(103 * ms, 0).outcome, Outcome::pass);
  EXPECT_THAT(at(95 * ms, 0).seen, HasSubstr("it returned 5.000 ms before its time"));
  EXPECT_THAT(at(105 * ms, 0).seen, HasSubstr("it returned 5.000 ms after its time"));
  EXPECT_EQ(at(105 * ms, 2 * ms).outcome, Outcome::not_observed);
  EXPECT_EQ(at(95 * ms, 9 * ms).outcome, Outcome::fail);
  StepRecord record;
  record.played.timed_out = true;
  EXPECT_THAT(judged(scenario::CallOver{epoll_wait()}, record).at(0).seen,
              HasSubstr("it did not return"));
  SystemCall begins = epoll_wait();
  begins.begins = true;
  EXPECT_THAT(judged(scenario::Action(begins), {}), testing::IsEmpty());
}

Check judged_code(int exit, const std::string& output, int error = 0) {
  StepRecord record;
  record.played.exit = exit;
  record.played.data = output;
  record.played.error = error;
  record.played.observed = "it needs python3, which is not there";
  return judged(scenario::PythonCode{"client", {{"assert x", std::nullopt, {12, 1}}}}, record)
      .at(0);
}

TEST(PythonCode, FailsWithTheLineOfTheScript) {
  EXPECT_EQ(judged_code(0, "10\n").outcome, Outcome::pass);
  const Check failed = judged_code(1, "10\n\nmy.pkt:12: the assertion fails: 7");
  EXPECT_EQ(failed.outcome, Outcome::fail);
  EXPECT_EQ(failed.seen, "saw my.pkt:12: the assertion fails: 7");
  EXPECT_EQ(judged_code(137, "").seen, "saw exit status 137");
}

TEST(PythonCode, WithoutPythonOrAFieldIsNotObserved) {
  const Check lacks = judged_code(scenario::python_lacks_field, "\nmy.pkt:12: this kernel ...");
  EXPECT_EQ(lacks.outcome, Outcome::not_observed);
  EXPECT_EQ(lacks.seen, "my.pkt:12: this kernel ...");
  EXPECT_EQ(judged_code(0, "", ENOENT).outcome, Outcome::not_observed);
  EXPECT_EQ(judged_code(0, "", ENOENT).seen, "it needs python3, which is not there");
}

}  // namespace
}  // namespace lab::check
