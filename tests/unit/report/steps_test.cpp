// SPDX-License-Identifier: MIT
#include "report/steps.hpp"

#include <gmock/gmock.h>

#include <cerrno>
#include <sstream>

#include "diagram/checks.hpp"
#include "support/timelines.hpp"

namespace lab::report {
namespace {

using draw::Page;
using sequence::outcome_of;

using ::testing::HasSubstr;
using ::testing::Not;

StepRecord step_with(std::vector<Check> checks) {
  StepRecord step;
  step.index = 4;
  step.line = 31;
  step.text = "look";
  step.checks = std::move(checks);
  return step;
}

std::string drawn(const StepRecord& step, std::set<std::string> told = {}) {
  Timeline run;
  run.file = "scenarios/x.yaml";
  run.sockets = {{"srv", "server", 7, 70}};
  std::ostringstream out;
  Page page(out, {false, 80, true});
  draw_step(page, run, step, told);
  return out.str();
}

TEST(StepDrawing, PutsWitnessesThatAgreeOnOneLine) {
  const std::string text =
      drawn(step_with({testing::passed("ehash is empty", Witness::module),
                       testing::passed("ehash is empty", Witness::sock_diag)}));
  EXPECT_EQ(text,
            " ✓   5  look                                                             0.00 ms\n"
            "          ✓ ehash is empty                                     module, sock_diag\n");
}

// Two probes of one hash table, on one path.
TEST(StepDrawing, KeepsWhatOneWitnessSaysTwiceOnTwoLines) {
  const std::string text = drawn(step_with({testing::passed("ehash miss", Witness::trace),
                                            testing::passed("ehash miss", Witness::trace)}));
  EXPECT_NE(text.find("ehash miss"), text.rfind("ehash miss"));
  EXPECT_THAT(text, Not(HasSubstr("trace, trace")));
}

TEST(StepDrawing, ShowsAFailureWithItsPlace) {
  const std::string text =
      drawn(step_with({{Outcome::fail, "ehash is empty", Witness::module, "No row.", "One row."}}));
  EXPECT_THAT(text, HasSubstr(" ✗   5  look"));
  EXPECT_THAT(text, HasSubstr("expected  No row.\n"));
  EXPECT_THAT(text, HasSubstr("seen      One row.\n"));
  EXPECT_THAT(text, HasSubstr("at        scenarios/x.yaml:31\n"));
}

// Folding two failures would hide what one of the witnesses saw.
TEST(StepDrawing, NeverMergesFailures) {
  const std::string text = drawn(step_with({{Outcome::fail, "t", Witness::module, "A.", "B."},
                                            {Outcome::fail, "t", Witness::sock_diag, "A.", "C."}}));
  EXPECT_THAT(text, HasSubstr("seen      B.\n"));
  EXPECT_THAT(text, HasSubstr("seen      C.\n"));
}

TEST(StepDrawing, ShowsBlindWitnessesNextToOthers) {
  EXPECT_THAT(
      drawn(step_with({testing::not_observed("ehash is empty", Witness::module, "not loaded"),
                       testing::passed("ehash is empty", Witness::sock_diag)})),
      HasSubstr("          ✓ ehash is empty                                   sock_diag  ○ "
                "module\n"
                "          ○ not observed: module: not loaded\n"));
}

TEST(StepDrawing, PrintsAReasonOnce) {
  const StepRecord step = step_with({testing::not_observed("one", Witness::module, "not loaded"),
                                     testing::not_observed("two", Witness::module, "not loaded")});
  const std::string text = drawn(step);
  EXPECT_THAT(text, HasSubstr(" ○   5  look"));
  EXPECT_THAT(text, HasSubstr("○ one"));
  EXPECT_THAT(text, HasSubstr("○ two"));
  EXPECT_THAT(text, HasSubstr("not observed: "));
  EXPECT_EQ(text.find("not observed: "), text.rfind("not observed: "));
  EXPECT_THAT(drawn(step, {"module: not loaded"}), Not(HasSubstr("not observed: ")));
}

// The claim "connect c to server:8888" is the step itself.
TEST(StepDrawing, DoesNotRepeatTheStep) {
  EXPECT_EQ(drawn(step_with({testing::passed("look", Witness::socket)})),
            " ✓   5  look                                                             0.00 ms\n");
  const std::string failed =
      drawn(step_with({{Outcome::fail, "look", Witness::socket, "A.", "B."}}));
  EXPECT_EQ(failed.find("look"), failed.rfind("look"));
  EXPECT_THAT(failed, HasSubstr("expected  A.\n"));
}

TEST(StepDrawing, ShortensATextThatTheChecksRepeat) {
  StepRecord step = step_with({testing::passed("ehash is empty", Witness::module)});
  step.text = "tables of a and b: listeners [], ehash [], and much more than fits on one line here";
  EXPECT_THAT(drawn(step), HasSubstr(" and much more … "));
  step.checks.clear();
  EXPECT_THAT(drawn(step), HasSubstr("        than fits on one line here\n"));
}

TEST(StepDrawing, NamesTheErrnoOnce) {
  StepRecord step = step_with({});
  step.played.error = ECONNREFUSED;
  EXPECT_THAT(drawn(step), HasSubstr(" ECONNREFUSED "));
  step.played.observed = "ECONNREFUSED after 0.1 ms";
  EXPECT_THAT(drawn(step), Not(HasSubstr("ECONNREFUSED: ")));
  step.played.observed = "no answer";
  EXPECT_THAT(drawn(step), HasSubstr("ECONNREFUSED: no answer"));
}

TEST(StepDrawing, CountsATimeoutWithoutACheckAsAFailure) {
  StepRecord step = step_with({});
  step.played.timed_out = true;
  EXPECT_EQ(outcome_of(step), Outcome::fail);
  EXPECT_THAT(drawn(step), HasSubstr("timed out"));
}

TEST(StepDrawing, PrintsTheModulesAnswerStepByStep) {
  StepRecord step = step_with({});
  LookupAnswer answer;
  answer.tuple = {testing::at("10.0.0.1:40000"), testing::at("10.0.0.2:8888"), ""};
  answer.steps = {{LookupStepName::ehash, LookupResult::miss, 4711, 0, {}, {}},
                  {LookupStepName::exact, LookupResult::miss, 5, 2, {}, {}},
                  {LookupStepName::bind,
                   LookupResult::hit,
                   {},
                   {},
                   {},
                   testing::row(TcpState::closed, "0.0.0.0:8888", nullptr, 7)},
                  {LookupStepName::verdict, LookupResult::miss, {}, {}, {}, {}}};
  answer.verdict = LookupVerdict::rst;
  answer.handler = "tcp_v4_send_reset";
  answer.agrees = true;
  answer.caveat = "sk_lookup-bpf";
  step.lookups = {{"server", answer, ""}};
  EXPECT_THAT(drawn(step), HasSubstr(R"(
          a SYN 10.0.0.1:40000 > 10.0.0.2:8888 meets
            ehash            miss      bucket 4711, 0 walked
            lhash2-exact     miss      bucket 5, 2 walked
            bind             hit       srv: CLOSED 0.0.0.0:8888
            verdict          RST by tcp_v4_send_reset()
            caveat           sk_lookup-bpf: a live segment may meet something
                             else
)"));
  EXPECT_THAT(drawn(step), Not(HasSubstr("own walk")));
  step.lookups[0].answer->agrees = false;
  EXPECT_THAT(drawn(step),
              HasSubstr("✗  the module's own walk found a different socket than the kernel's"));
}

TEST(StepDrawing, SaysWhyAStepWasSkipped) {
  StepRecord step = step_with({});
  step.skipped = "needs a kernel >=99.0, this is 6.12.94 (the option is new)";
  EXPECT_EQ(drawn(step),
            " ─   5  look                                                             skipped\n"
            "          ─ needs a kernel >=99.0, this is 6.12.94 (the option is new)\n");
}

// What a scenario sends must not steer the terminal.
TEST(StepDrawing, PassesNoEscapeSequences) {
  StepRecord step = step_with({});
  step.text = "send \"\033[2J\x07\" on l";
  EXPECT_THAT(drawn(step), Not(HasSubstr("\033")));
}

TEST(FailedChecks, ArePrintedAloneWithTheirPlace) {
  const Timeline run = testing::no_listen_failing();
  std::ostringstream out;
  Page page(out, {false, 100, true});
  diagram::draw_failed_checks(page, diagram::failed_checks_of(run, run.steps[5]));
  EXPECT_THAT(out.str(), HasSubstr("✗ ehash on server is empty"));
  EXPECT_THAT(out.str(), HasSubstr("expected  No row at all.\n"));
  EXPECT_THAT(out.str(), HasSubstr("at        scenarios/refusal/no-listen.yaml:25\n"));
  EXPECT_THAT(out.str(), Not(HasSubstr("bound on server")));
}

}  // namespace
}  // namespace lab::report
