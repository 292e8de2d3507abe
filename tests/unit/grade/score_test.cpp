// SPDX-License-Identifier: MIT
//
// Points come only from what a report shows to have passed.
#include "grade/score.hpp"

#include <gmock/gmock.h>

#include "unit/grade/assignment_folder.hpp"

namespace lab::grade {
namespace {

using report::PlayResult;
using testing::HasSubstr;
using Verdict = CheckResult::Verdict;

class GradeScore : public testing::Test {
 protected:
  GradeScore() {
    folder_.write("rubric.yaml", test::AssignmentFolder::rubric(
                                     "  - name: a\n    title: t\n    scenario: echo.yaml\n"
                                     "    parts: {it starts: 1, it listens: 2}\n"));
    assignment_ = load(folder_.path());
    evidence_ = {{plays_of(assignment_, assignment_.checks[0], {}), ""}};
  }

  // A run in which each of the two steps with points has this outcome.
  report::Run run(Outcome starts, Outcome listens) const {
    report::Run run;
    run.timeline.scenario = "echo";
    run.timeline.file = "echo.yaml";
    run.timeline.family = Family::inet;
    const char* notes[] = {"it starts", "it listens"};
    const Outcome outcomes[] = {starts, listens};
    for (std::size_t index = 0; index < 2; ++index) {
      StepRecord step;
      step.index = index + 1;
      step.text = notes[index];
      step.note = notes[index];
      step.checks = {{outcomes[index], "title", {}, "expected", "seen", "cause"}};
      run.timeline.steps.push_back(step);
    }
    run.result = report::result_of(run.timeline);
    return run;
  }

  CheckResult score_of(const std::vector<report::Run>& runs, const std::string& lost = "") const {
    return score(assignment_, evidence_, runs, lost).at(0);
  }

  test::AssignmentFolder folder_;
  Assignment assignment_;
  std::vector<Evidence> evidence_;
};

TEST_F(GradeScore, IsFullForARunThatPassed) {
  const CheckResult check = score_of({run(Outcome::pass, Outcome::pass)});
  EXPECT_EQ(check.verdict, Verdict::passed);
  EXPECT_EQ(to_string(check.earned), "3");
}

TEST_F(GradeScore, IsThatOfThePartsThatPassed) {
  const CheckResult check = score_of({run(Outcome::pass, Outcome::fail)});
  EXPECT_EQ(check.verdict, Verdict::partly);
  EXPECT_EQ(to_string(check.earned), "1");
  ASSERT_EQ(check.findings.size(), 1u);
  EXPECT_EQ(check.findings[0].step, "step 3: it listens");
  EXPECT_EQ(check.findings[0].expected, "expected");
  EXPECT_EQ(check.findings[0].cause, "cause");
}

TEST_F(GradeScore, OfWhatWasNotObservedIsNothing) {
  const CheckResult check = score_of({run(Outcome::not_observed, Outcome::not_observed)});
  EXPECT_EQ(check.verdict, Verdict::not_observed);
  EXPECT_EQ(to_string(check.earned), "0");
  EXPECT_EQ(to_string(score_of({run(Outcome::pass, Outcome::not_observed)}).earned), "1");
}

TEST_F(GradeScore, OfAStepThatOneOfTwoWitnessesSawIsFull) {
  report::Run one = run(Outcome::pass, Outcome::pass);
  one.timeline.steps[1].checks.push_back({Outcome::not_observed, "title", {}, "", "", ""});
  EXPECT_EQ(score_of({one}).verdict, Verdict::passed);
  EXPECT_EQ(to_string(score_of({one}).earned), "3");
}

TEST_F(GradeScore, OfAMissingReportIsNothing) {
  CheckResult check = score_of({});
  EXPECT_EQ(check.verdict, Verdict::no_result);
  EXPECT_THAT(check.why, HasSubstr("no report of this run"));
  EXPECT_EQ(to_string(check.earned), "0");
  // What a guest sent before it was lost counts for nothing.
  check = score_of({run(Outcome::pass, Outcome::pass)}, "the guest was lost");
  EXPECT_EQ(check.verdict, Verdict::no_result);
  EXPECT_THAT(check.why, HasSubstr("no report: the guest was lost"));
  EXPECT_EQ(to_string(check.earned), "0");
}

TEST_F(GradeScore, OfARunThatDiedOrContradictsItselfIsNothing) {
  report::Run died = run(Outcome::pass, Outcome::pass);
  died.result.ending = PlayResult::Ending::died;
  died.result.why = "killed at the deadline";
  EXPECT_EQ(score_of({died}).verdict, Verdict::no_result);
  EXPECT_THAT(score_of({died}).why, HasSubstr("killed at the deadline"));
  EXPECT_EQ(to_string(score_of({died}).earned), "0");

  report::Run skipped = run(Outcome::pass, Outcome::pass);
  skipped.result.ending = PlayResult::Ending::skipped;
  EXPECT_EQ(to_string(score_of({skipped}).earned), "0");

  report::Run empty;
  empty.result = run(Outcome::pass, Outcome::pass).result;
  EXPECT_EQ(to_string(score_of({empty}).earned), "0");
}

TEST_F(GradeScore, OfACheckThatWasNotRunSaysWhy) {
  evidence_[0].not_run = "server: it is missing";
  const CheckResult check = score_of({run(Outcome::pass, Outcome::pass)});
  EXPECT_EQ(check.verdict, Verdict::not_run);
  EXPECT_EQ(check.why, "server: it is missing");
  EXPECT_EQ(to_string(check.earned), "0");
}

TEST_F(GradeScore, FindsTheSameWhateverIsLeftToChance) {
  report::Run failed = run(Outcome::pass, Outcome::fail);
  failed.timeline.steps[1].checks[0].seen = "it says miss, 0 walked in bucket 193";
  failed.timeline.steps[1].checks[0].cause = "port 9 is bound by server (pid 89, fd 3), which has";
  const Finding finding = score_of({failed}).findings.at(0);
  EXPECT_EQ(finding.seen, "it says miss");
  EXPECT_EQ(finding.cause, "port 9 is bound by server, which has");
}

TEST_F(GradeScore, OfAnotherScenariosRunIsNothing) {
  report::Run other = run(Outcome::pass, Outcome::pass);
  other.timeline.scenario = other.result.scenario = "another";
  EXPECT_EQ(to_string(score_of({other}).earned), "0");
}

}  // namespace
}  // namespace lab::grade
