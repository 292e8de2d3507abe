// SPDX-License-Identifier: MIT
//
// What a rubric says, and the messages about its mistakes.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <set>

#include "grade/assignment.hpp"
#include "unit/grade/assignment_folder.hpp"
#include "util/error.hpp"

namespace lab::grade {
namespace {

using test::AssignmentFolder;
using testing::AllOf;
using testing::HasSubstr;
using testing::ThrowsMessage;

TEST(GradeRubric, IsReadWithItsChecksAndLimits) {
  const AssignmentFolder folder;
  folder.write(
      "rubric.yaml",
      AssignmentFolder::rubric("  - name: echoes\n    title: It echoes\n    scenario: echo.yaml\n"
                               "    visibility: hidden\n    hint: Call listen().\n"
                               "    parts: {it starts: 1, it listens: 2.5}\n",
                               "limits: {time: 5s, size: 2MB}\nseed: autumn\n"
                               "parameters: {port: {from: 20000, to: 29999}}\n"));
  const Assignment assignment = load(folder.path());
  EXPECT_EQ(assignment.name, "hw1");
  EXPECT_EQ(assignment.limits.time, std::chrono::seconds(5));
  EXPECT_EQ(assignment.limits.size, 2'000'000u);
  ASSERT_EQ(assignment.checks.size(), 1u);
  EXPECT_TRUE(assignment.checks[0].hidden);
  EXPECT_EQ(assignment.checks[0].hint, "Call listen().");
  EXPECT_EQ(to_string(assignment.points()), "3.5");
  EXPECT_EQ(assignment.checks[0].parts.at(1).step, "it listens");
}

TEST(GradeRubric, DrawsEachStudentsParametersFromTheSeed) {
  const AssignmentFolder folder;
  const auto with_seed = [&](const std::string& seed) {
    folder.write(
        "rubric.yaml",
        AssignmentFolder::rubric("  - {name: echoes, title: t, scenario: echo.yaml, points: 1}\n",
                                 fmt::format("seed: {}\nparameters: {{port: {{from: 20000, to: "
                                             "29999}}, state: {{one_of: [LISTEN, CLOSED]}}}}\n",
                                             seed)));
    return load(folder.path());
  };
  const Assignment autumn = with_seed("autumn");
  std::set<std::string> ports, states;
  for (int student = 0; student < 200; ++student) {
    const auto values = parameters_of(autumn, fmt::format("student{}", student));
    const int port = std::stoi(values.at("port"));
    EXPECT_GE(port, 20000);
    EXPECT_LE(port, 29999);
    EXPECT_EQ(values.at("submission"), "/work/submission");
    ports.insert(values.at("port"));
    states.insert(values.at("state"));
  }
  EXPECT_GT(ports.size(), 150u);
  EXPECT_EQ(states.size(), 2u);
  // Fixed: a result of today must be repeatable on another machine.
  EXPECT_EQ(parameters_of(autumn, "alice"), parameters_of(with_seed("autumn"), "alice"));
  EXPECT_NE(parameters_of(autumn, "alice"), parameters_of(with_seed("spring"), "alice"));
}

TEST(GradeRubric, GivesAScenarioOnlyTheParametersThatItHas) {
  const AssignmentFolder folder;
  const Assignment assignment = load(folder.path());
  const auto plays = plays_of(assignment, assignment.checks[0],
                              {{"port", "9"}, {"submission", "/s"}, {"other", "x"}});
  ASSERT_EQ(plays.size(), 1u);
  EXPECT_EQ(plays[0].scenario->parameters.at("port"), "9");
}

TEST(GradeRubric, SaysWhereAMistakeIsAndWhatToWrite) {
  struct Mistake {
    std::string rubric, place, what;
  };
  const std::string check = "  - {name: a, title: t, scenario: echo.yaml, points: 1}\n";
  const auto rubric = [](const std::string& checks, const std::string& more = "") {
    return AssignmentFolder::rubric(checks, more);
  };
  const std::vector<Mistake> mistakes = {
      {"name: hw1\n", ":1:1:", "lacks \"title\""},
      {rubric(check, "limit: {time: 5s}\n"), ":5:1:", "did you mean \"limits\"?"},
      {rubric(check, "limits: {size: 4}\n"), ":5:16:", "write 1kB to 100MB"},
      {rubric("  - {name: a, title: t, scenario: echo.yaml}\n"),
       ":6:5:", "needs points: or parts:"},
      {rubric("  - {name: a, title: t, scenario: echo.yaml, points: -1}\n"),
       ":6:54:", "write a number with at most two decimals"},
      {rubric("  - {name: a, title: t, scenario: ../echo.yaml, points: 1}\n"),
       ":6:35:", "write a path inside the folder"},
      {rubric("  - {name: a, title: t, scenario: none.yaml, points: 1}\n"),
       ":6:5:", "there is no such file"},
      {rubric("  - {name: a, title: t, scenario: echo.yaml, parts: {it sings: 1}}\n"),
       ":6:5:", "no steps of echo.yaml have the note \"it sings\""},
      {rubric(check + check), ":7:5:", "there are two checks a; rename one"},
      {rubric(check + "  - {name: b, title: t, scenario: echo.yaml, points: 1}\n"),
       ":7:5:", "two checks with a scenario echo"},
      {rubric(check, "parameters: {prt: {from: 1, to: 2}}\n"),
       ":5:14:", "no scenario has a parameter prt"},
      {rubric(check, "parameters: {port: {from: 2, to: 1}}\n"), ":5:34:", "a number from 2"},
      {rubric(check, "parameters: {port: {from: 2}}\n"), ":5:20:", "needs from: and to:"},
      {rubric(check, "questions: {state: {text: Which?, one_of: [LISTEN, CLOSED]}}\n"),
       ":5:12:", "questions need a file with the answers"},
      {"name: hw1\ntitle: t\nfiles: []\nchecks:\n" + check, ":3:8:", "files is empty"},
  };
  const AssignmentFolder folder;
  for (const Mistake& mistake : mistakes) {
    folder.write("rubric.yaml", mistake.rubric);
    EXPECT_THAT([&] { load(folder.path()); },
                ThrowsMessage<UsageError>(
                    AllOf(HasSubstr("rubric.yaml" + mistake.place), HasSubstr(mistake.what))))
        << mistake.rubric;
  }
}

TEST(GradeRubric, RefusesAFolderWithoutOne) {
  const TemporaryFolder empty;
  EXPECT_THAT([&] { load(empty.path()); },
              ThrowsMessage<UsageError>(HasSubstr("name a folder that has a rubric.yaml")));
}

TEST(GradeRubric, RefusesASubmissionsProgramAsRoot) {
  const AssignmentFolder folder;
  const std::string text = AssignmentFolder::scenario("echo");
  const std::string run = "[\"${submission}/server\", \"${port}\"]";
  const auto with = [&](const std::string& other) {
    std::string changed = text;
    changed.replace(changed.find(run), run.size(), other + ", root: true");
    folder.write("echo.yaml", changed);
    load(folder.path());
  };
  // Whatever runs it: an argument of another program, a command of a shell, its input.
  for (const std::string& other : {run, std::string("[env, \"${submission}/server\"]"),
                                   std::string("[sh, -c, \"exec ${submission}/server\"]"),
                                   std::string("[sh], input: \"${submission}/server\"")})
    EXPECT_THAT([&] { with(other); }, ThrowsMessage<UsageError>(HasSubstr("root: true"))) << other;
  EXPECT_NO_THROW(with("[sh]"));
}

TEST(GradeRubric, FindsAScenarioThatOneOfItsValuesBreaks) {
  const AssignmentFolder folder;
  const std::string check = "  - {name: a, title: t, scenario: echo.yaml, points: 1}\n";
  const auto refuses = [&](const std::string& more, const char* value) {
    folder.write("rubric.yaml", AssignmentFolder::rubric(check, more));
    EXPECT_THAT([&] { load(folder.path()); }, ThrowsMessage<UsageError>(HasSubstr(value)));
  };
  refuses("parameters: {port: {from: 1, to: 65536}}\n", "with port: 65536");
  refuses("parameters: {state: {one_of: [LISTEN, LISTENING]}}\n", "with state: LISTENING");
  folder.write("rubric.yaml",
               AssignmentFolder::rubric(check, "parameters: {port: {from: 1, to: 65535}}\n"));
  EXPECT_NO_THROW(load(folder.path()));
}

TEST(GradeRubric, HasTheFingerprintOfAllThatJudges) {
  const AssignmentFolder folder;
  std::string text = AssignmentFolder::scenario("echo");
  text.insert(text.find("  - await"), "  - exec: {host: server, run: [./help]}\n");
  folder.write("echo.yaml", text);
  folder.write("help", "#!/bin/sh\n");
  std::filesystem::permissions(folder.path() / "help", std::filesystem::perms::owner_all);
  std::set<std::string> fingerprints{load(folder.path()).fingerprint};
  EXPECT_TRUE(fingerprints.contains(load(folder.path()).fingerprint));
  folder.write("help", "#!/bin/sh\nexit 0\n");
  fingerprints.insert(load(folder.path()).fingerprint);
  folder.write("echo.yaml", text + "# changed\n");
  fingerprints.insert(load(folder.path()).fingerprint);
  EXPECT_EQ(fingerprints.size(), 3u);
  // A submission beside the scenario is no part of the assignment.
  folder.write("x/server", "#!/bin/sh\n");
  fingerprints.insert(load(folder.path()).fingerprint);
  EXPECT_EQ(fingerprints.size(), 3u);
}

TEST(GradeRubric, KnowsWhichWordsNameFilesOfASubmission) {
  EXPECT_EQ(submitted_file("/work/submission/server"), "server");
  EXPECT_EQ(submitted_file("--file=/work/submission/src/notes.txt"), "src/notes.txt");
  EXPECT_EQ(submitted_file("exec /work/submission/server 8888"), "server");
  EXPECT_EQ(submitted_file("/work/submissions"), "");
}

TEST(GradeRubric, NeedsNoHiddenScenarioForThePublicChecks) {
  const AssignmentFolder folder;
  folder.write("rubric.yaml", AssignmentFolder::rubric(
                                  "  - {name: a, title: t, scenario: echo.yaml, points: 1}\n"
                                  "  - {name: b, title: t, scenario: hidden/b.yaml, points: 1, "
                                  "visibility: hidden}\n"));
  EXPECT_THROW(load(folder.path()), UsageError);
  EXPECT_EQ(load(folder.path(), Which::public_checks).checks.size(), 1u);
}

}  // namespace
}  // namespace lab::grade
