// SPDX-License-Identifier: MIT
//
// KTAP: what is written, and what those read in it who know the format.
#include <gmock/gmock.h>

#include "support/documents.hpp"
#include "support/reader.hpp"

namespace lab::report {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::played;
using lab::testing::stored;

// A play of a few steps, as `steps` has them.
Run small(const std::string& scenario, std::vector<StepRecord> steps) {
  Timeline timeline;
  timeline.scenario = scenario;
  timeline.file = scenario + ".yaml";
  timeline.begin = testing::epoch;
  timeline.end = testing::epoch + 12'345'678;
  for (std::size_t i = 0; i < steps.size(); ++i) {
    steps[i].index = i;
    steps[i].line = static_cast<int>(10 + i);
  }
  timeline.steps = std::move(steps);
  return played(timeline);
}

StepRecord step(const std::string& text, std::vector<Check> checks = {}) {
  StepRecord record;
  record.text = text;
  record.checks = std::move(checks);
  return record;
}

Run claim() {
  StepRecord later = step("path of a > b S on b");
  later.skipped = "needs a kernel >=99.0";
  return small(
      "claim",
      {step("open c on a"), step("send \"#1\" on c", {testing::passed("sent", Witness::socket)}),
       step("connect c",
            {{Outcome::fail, "connect c", Witness::socket, "success", "ECONNREFUSED"}}),
       step("tables of b", {testing::not_observed("t", Witness::module, "not loaded")}), later});
}

std::vector<Run> all_kinds() {
  return {claim(),
          small("fine", {step("open c on a")}),
          testing::skipped_run(),
          testing::unplayable_run(),
          testing::killed_run(),
          small("fine", {step("open c on a")})};
}

std::string ktap(const std::vector<Run>& runs, const Summary& frame = {}) {
  return testing::reported(make_ktap_reporter, runs, frame);
}

TEST(Ktap, NestsStepsInRunsInScenarios) {
  EXPECT_EQ(ktap(all_kinds()), R"(KTAP version 1
1..4
  KTAP version 1
  # Subtest: claim
  1..1
    KTAP version 1
    # Subtest: ipv4
    1..5
    ok 1 step 1: open c on a
    ok 2 step 2: send "\x231" on c
    # check: connect c
    # expected: success
    # seen: ECONNREFUSED (socket)
    # at: claim.yaml:12
    not ok 3 step 3: connect c
    ok 4 step 4: tables of b # SKIP not observed: module: not loaded
    ok 5 step 5: path of a > b S on b # SKIP needs a kernel >=99.0
  # took: 12.3 ms
  not ok 1 ipv4
# file: claim.yaml
not ok 1 claim
  KTAP version 1
  # Subtest: fine
  1..2
    KTAP version 1
    # Subtest: ipv4
    1..1
    ok 1 step 1: open c on a
  # took: 12.3 ms
  ok 1 ipv4
    KTAP version 1
    # Subtest: ipv4 run 2
    1..1
    ok 1 step 1: open c on a
  # took: 12.3 ms
  ok 2 ipv4 run 2
# file: fine.yaml
ok 2 fine
  KTAP version 1
  # Subtest: vrf
  1..2
  ok 1 inside ipv4 # SKIP no VRF here
  not ok 2 inside ipv4 run 2 # ERROR no root
# file: vrf.yaml
not ok 3 vrf
  KTAP version 1
  # Subtest: stuck
  1..1
  # step 3: accept on srv
  # expected: the play to end
  # seen: it did not
  # at: stuck.yaml:17
  not ok 1 ipv6 # ERROR killed at its deadline
# file: stuck.yaml
not ok 4 stuck
)");
}

TEST(Ktap, SkipsAScenarioWithoutRuns) {
  EXPECT_THAT(ktap({testing::skipped_run()}),
              HasSubstr("\nok 1 vrf # SKIP none of its runs has an outcome\n"));
}

TEST(Ktap, SkipsAPlayThatWasNotObserved) {
  const std::string text = ktap({small(
      "blind", {step("tables", {testing::not_observed("t", Witness::module, "not loaded")})})});
  EXPECT_THAT(text, HasSubstr("ok 1 ipv4 # SKIP not observed (module: not loaded)\n"));
}

TEST(Ktap, SpellsControlCharacters) {
  report::Run run = small("short", {step("open \x1b[31m\rnot ok 9")});
  run.timeline.aborted = "gone\x07\u009b";
  const std::string text = ktap({played(run.timeline)});
  EXPECT_THAT(text, HasSubstr("step 1: open \\u001b[31m\\u000dnot ok 9\n"));
  EXPECT_THAT(text, HasSubstr("# ERROR gone\\u0007\\u009b\n"));
}

TEST(Ktap, ReportsAnEndBetweenTwoSteps) {
  report::Run run = small("short", {step("open c on a")});
  run.timeline.aborted = "the link has gone";
  EXPECT_THAT(ktap({played(run.timeline)}),
              AllOf(HasSubstr("    1..2\n"),
                    HasSubstr("not ok 2 the run finishes # ERROR the link has gone\n"),
                    HasSubstr("\n  not ok 1 ipv4\n")));
}

TEST(Ktap, FailsIfTheRunWasInterrupted) {
  Summary frame;
  frame.planned = 10;
  EXPECT_THAT(ktap({small("fine", {step("open c on a")})}, frame),
              AllOf(HasSubstr("\n1..2\n"), HasSubstr("\nok 1 fine\n"),
                    HasSubstr("\nnot ok 2 all planned runs # ERROR 1 run of 1 scenario: "
                              "1 passed, 0 failed, in 0.00 ms; interrupted, of 10 runs planned")));
}

// TAP's own reader takes what stands at the left.
TEST(Ktap, IsReadByProve) {
  const auto read =
      lab::testing::read_by("prove --nocolor --exec cat " + stored(ktap(all_kinds())));
  if (read.missing) GTEST_SKIP() << "prove (perl) is not installed";
  EXPECT_THAT(read.words, AllOf(HasSubstr("Tests: 4 Failed: 3"), HasSubstr("Failed tests:  1, 3-4"),
                                Not(HasSubstr("Parse errors"))));
  const auto fine = lab::testing::read_by("prove --nocolor --exec cat " +
                                          stored(ktap({small("fine", {step("open c on a")})})));
  EXPECT_EQ(fine.status, 0) << fine.words;
}

TEST(Ktap, IsReadByTheKernelsParser) {
  const auto read = lab::testing::read_by("/usr/bin/python3 " TESTS_DIR "/readers/read_ktap.py " +
                                          stored(ktap(all_kinds())));
  if (read.missing) GTEST_SKIP() << read.words;
  EXPECT_THAT(read.words, HasSubstr(R"(FOUND claim: FAILURE
FOUND   ipv4: FAILURE
FOUND     step 1: open c on a: SUCCESS
FOUND     step 2: send "\x231" on c: SUCCESS
FOUND     step 3: connect c: FAILURE
FOUND     step 4: tables of b: SKIPPED
FOUND     step 5: path of a > b S on b: SKIPPED
FOUND fine: SUCCESS
FOUND   ipv4: SUCCESS
FOUND     step 1: open c on a: SUCCESS
FOUND   ipv4 run 2: SUCCESS
FOUND     step 1: open c on a: SUCCESS
FOUND vrf: FAILURE
FOUND   inside ipv4: SKIPPED
FOUND   inside ipv4 run 2: FAILURE
FOUND stuck: FAILURE
FOUND   ipv6: FAILURE
COUNTS passed 4 failed 3 skipped 3 errors 0
)"));
}

}  // namespace
}  // namespace lab::report
