// SPDX-License-Identifier: MIT
//
// Checks that are commands: how a rubric states them, what their guest gets, their judge, their
// points.
#include <gmock/gmock.h>

#include <algorithm>

#include "grade/judge.hpp"
#include "grade/prepare.hpp"
#include "unit/grade/assignment_folder.hpp"
#include "util/error.hpp"

namespace lab::grade {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::Optional;
using testing::ThrowsMessage;
using Verdict = CheckResult::Verdict;

class GradeCommand : public testing::Test {
 protected:
  GradeCommand() {
    folder_.write("look", "cat /proc/net/own\n");
    rubric(
        "  - {name: shows, title: t, files: [look], run: sh $assignment/look $submission/own.ko, "
        "judge: grep -q right, points: 2}\n"
        "  - {name: unloads, title: t, needs: shows, run: rmmod own, status: 1, points: 1}\n");
  }
  void rubric(const std::string& checks) const {
    folder_.write("rubric.yaml",
                  "name: hw4\ntitle: t\nfiles:\n  - {path: own.ko, kind: module}\n"
                  "  - {path: mine.yaml, kind: scenario, optional: true}\nchecks:\n" +
                      checks);
  }
  Prepared prepared(const std::map<std::string, std::string>& files) const {
    const TemporaryFolder room;
    Taken taken{files, {}, ""};
    for (const char* path : {"own.ko", "mine.yaml"})
      if (!files.contains(path)) taken.refused[path] = "it is missing";
    return prepare(load(folder_.path()), "alice", taken, room.path());
  }
  std::vector<CheckResult> score_of(const CommandEnd& first, const CommandEnd& second) const {
    const Assignment assignment = load(folder_.path());
    return score(assignment, {{{}, "", first}, {{}, "", second}}, {}, "");
  }
  static std::string module() {
    std::string bytes(64, '\0');
    bytes.replace(0, 7,
                  "\x7f"
                  "ELF\x02\x01\x01");
    bytes[16] = 1;
    return bytes;
  }

  const test::AssignmentFolder folder_;
};

TEST_F(GradeCommand, IsReadFromTheRubric) {
  const Assignment assignment = load(folder_.path());
  ASSERT_TRUE(assignment.checks.at(0).command);
  EXPECT_EQ(assignment.checks[0].command->judge, "grep -q right");
  EXPECT_EQ(assignment.checks.at(1).command->status, 1);
  EXPECT_EQ(assignment.checks[1].needs, "shows");
  EXPECT_THAT(plays_of(assignment, assignment.checks[0], {}), IsEmpty());
  const std::string before = assignment.fingerprint;
  folder_.write("look", "cat /proc/net/other\n");
  EXPECT_NE(load(folder_.path()).fingerprint, before);
}

TEST_F(GradeCommand, SaysWhatIsWrongInTheRubric) {
  const std::pair<const char*, const char*> mistakes[] = {
      {"  - {name: a, title: t, points: 1}\n", "needs scenario: or run:"},
      {"  - {name: a, title: t, run: x, scenario: echo.yaml, points: 1}\n", "not both"},
      {"  - {name: a, title: t, scenario: echo.yaml, judge: x, points: 1}\n", "and no run:"},
      {"  - {name: a, title: t, run: x, parts: {b: 1}}\n", "has no steps"},
      {"  - {name: a, title: t, run: x, files: [gone], points: 1}\n", "a file of check a: "},
      {"  - {name: a, title: t, run: x, files: [../gone], points: 1}\n", "without \"..\""},
      {"  - {name: a, title: t, run: x, status: 256, points: 1}\n", "status"},
      {"  - {name: a, title: t, run: x, needs: b, points: 1}\n", "no check before it"},
      {"  - {name: a, title: t, run: x, visibility: hidden, points: 1}\n"
       "  - {name: b, title: t, run: x, needs: a, points: 1}\n",
       "which is hidden"}};
  for (const auto& [checks, words] : mistakes) {
    rubric(checks);
    EXPECT_THAT([&] { load(folder_.path()); }, ThrowsMessage<UsageError>(HasSubstr(words)));
  }
}

TEST_F(GradeCommand, GetsTheSubmissionTheFilesOfTheAssignmentAndAShell) {
  const Prepared got = prepared({{"own.ko", module()}});
  ASSERT_EQ(got.errands.size(), 2u);
  for (const char* path : {"/work/submission/own.ko", "/work/assignment/look", "/bin/busybox"})
    EXPECT_NE(std::ranges::find(got.errands[0].uploads, path, &vm::Upload::to),
              got.errands[0].uploads.end())
        << path;
  EXPECT_THAT(got.scenarios, IsEmpty());
}

TEST_F(GradeCommand, IsNotRunWithoutAFileThatItNames) {
  const Prepared missing = prepared({}), wrong = prepared({{"own.ko", "#!/bin/sh\n"}});
  EXPECT_EQ(missing.evidence.at(0).not_run, "own.ko: it is missing");
  EXPECT_THAT(wrong.evidence.at(0).not_run, HasSubstr("it is not a kernel module"));
  // It names no file.
  ASSERT_EQ(missing.errands.size(), 1u);
  EXPECT_EQ(missing.errands[0].check, 1u);
}

TEST_F(GradeCommand, TakesNoScenarioWhoseProgramsAreRoot) {
  rubric("  - {name: a, title: t, run: orchestrator run $submission/mine.yaml, points: 1}\n");
  const auto why = [&](const std::string& steps) {
    return prepared(
               {{"mine.yaml", "name: mine\ntitle: t\ntopology: {hosts: {h: }}\nsteps:\n" + steps}})
        .evidence.at(0)
        .not_run;
  };
  EXPECT_EQ(why("  - exec: {host: h, run: [echo]}\n"), "");
  EXPECT_THAT(why("  - exec: {host: h, run: [echo], root: true}\n"), HasSubstr("mine.yaml:5"));
  EXPECT_THAT(why("  - no_such_verb: {}\n"), HasSubstr("mine.yaml:5"));
}

TEST_F(GradeCommand, EarnsItsPointsByStatusAndJudge) {
  CommandEnd good, other;
  other.status = 1;
  EXPECT_EQ(score_of(good, other).at(0).verdict, Verdict::passed);
  EXPECT_EQ(to_string(score_of(good, other).at(1).earned), "1");
  EXPECT_EQ(score_of(good, good).at(1).findings.at(0).expected, "exit status 1");

  CommandEnd refused, lost, complaint;
  refused.refused = "3 lines are missing";
  lost.lost = "the guest was lost";
  complaint.complaint = "the kernel warned";
  EXPECT_EQ(score_of(refused, other).at(0).findings.at(0).seen, "3 lines are missing");
  EXPECT_EQ(score_of(complaint, other).at(0).verdict, Verdict::failed);
  EXPECT_EQ(score_of(lost, other).at(0).verdict, Verdict::no_result);
  // Its condition has not passed.
  for (const CommandEnd& end : {refused, lost, complaint}) {
    const auto results = score_of(end, other);
    EXPECT_EQ(results.at(1).verdict, Verdict::not_run);
    EXPECT_EQ(results.at(0).earned.hundredths + results.at(1).earned.hundredths, 0);
  }
}

TEST_F(GradeCommand, WithoutAnEndHasNoPoints) {
  const Assignment assignment = load(folder_.path());
  const auto results = score(assignment, {{{}, ""}, {{}, ""}}, {}, "");
  EXPECT_EQ(results.at(0).verdict, Verdict::no_result);
  EXPECT_EQ(results.at(0).earned.hundredths, 0);
}

TEST(GradeJudge, AcceptsOrRefusesWhatItReads) {
  const TemporaryFolder folder;
  EXPECT_EQ(ask_judge("read -r line; [ \"$line\" = \"$word\" ]", folder.path(), {"word=yes"},
                      "yes\nmore\n"),
            std::nullopt);
  EXPECT_THAT(ask_judge("pwd; exit 1", folder.path(), {}, ""),
              Optional(HasSubstr(folder.path().string())));
  // It need not read anything, and what it leaves behind is killed.
  EXPECT_EQ(ask_judge("sleep 1000 & exit 0", folder.path(), {}, std::string(1 << 20, 'x')),
            std::nullopt);
}

TEST(GradeJudge, ThatBreaksIsNoVerdict) {
  const TemporaryFolder folder;
  for (const char* text : {"exit 2", "no-such-program", "kill -9 $$", "if"})
    EXPECT_THAT([&] { ask_judge(text, folder.path(), {}, ""); },
                ThrowsMessage<EnvironmentError>(HasSubstr("the rubric's judge ended with")))
        << text;
}

}  // namespace
}  // namespace lab::grade
