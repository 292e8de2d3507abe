// SPDX-License-Identifier: MIT
//
// Which runs a submission gets, and which files its guest.
#include "grade/prepare.hpp"

#include <gmock/gmock.h>

#include <algorithm>

#include "unit/grade/assignment_folder.hpp"
#include "util/error.hpp"

namespace lab::grade {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::ThrowsMessage;

class GradePrepare : public testing::Test {
 protected:
  // The scenario of an assignment, with this command instead of the submission's server.
  void run(const std::string& command, const std::string& files = "") const {
    std::string text = test::AssignmentFolder::scenario("echo");
    const std::string before = "[\"${submission}/server\", \"${port}\"]";
    text.replace(text.find(before), before.size(), command);
    folder_.write("echo.yaml", text);
    std::string rubric = test::AssignmentFolder::rubric(
        "  - {name: echoes, title: It echoes, scenario: echo.yaml, points: 4}\n");
    if (!files.empty()) rubric.insert(rubric.find("checks:"), files);
    folder_.write("rubric.yaml", rubric);
  }
  Prepared prepared(const Taken& taken) const {
    const TemporaryFolder room;
    return prepare(load(folder_.path()), "alice", taken, room.path());
  }
  static bool sends(const Prepared& prepared, const std::string& path) {
    return std::ranges::find(prepared.uploads, path, &vm::Upload::to) != prepared.uploads.end();
  }

  const test::AssignmentFolder folder_;
};

const Taken good{{{"server", "#!/bin/sh\n"}}, {}, ""};

TEST_F(GradePrepare, SendsTheProgramItsInterpreterAndTheScenarioAsASecret) {
  const Prepared got = prepared(good);
  EXPECT_THAT(got.scenarios, ElementsAre("echo.yaml"));
  EXPECT_TRUE(sends(got, "/work/submission/server"));
  EXPECT_TRUE(sends(got, "/bin/sh"));
  const auto scenario = std::ranges::find(got.uploads, "/work/echo.yaml", &vm::Upload::to);
  ASSERT_NE(scenario, got.uploads.end());
  EXPECT_TRUE(scenario->secret);
  EXPECT_THAT(got.notes, IsEmpty());
}

TEST_F(GradePrepare, SaysWhyADamagedArchiveGaveNothing) {
  const Prepared got = prepared({{}, {}, "the archive is damaged: truncated"});
  EXPECT_THAT(got.scenarios, IsEmpty());
  EXPECT_EQ(got.evidence.at(0).not_run, "server: the archive is damaged: truncated");
  EXPECT_THAT(got.notes, ElementsAre("the archive is damaged: truncated"));
}

TEST_F(GradePrepare, RunsNoCheckThatNamesAMissingFileInAnyWord) {
  for (const char* command : {"[\"${submission}/server\"]", "[env, \"${submission}/server\"]",
                              "[sh, -c, \"exec ${submission}/server 1\"]"}) {
    run(command);
    const Prepared got = prepared({{}, {{"server", "it is missing"}}, ""});
    EXPECT_EQ(got.evidence.at(0).not_run, "server: it is missing") << command;
  }
}

TEST_F(GradePrepare, RunsACheckWithoutAnOptionalFile) {
  run("[\"${submission}/server\", \"${submission}/notes\"]", "  - {path: notes, optional: true}\n");
  const Prepared got = prepared({{{"server", "#!/bin/sh\n"}}, {{"notes", "it is missing"}}, ""});
  EXPECT_EQ(got.evidence.at(0).not_run, "");
  EXPECT_THAT(got.notes, IsEmpty());
}

TEST_F(GradePrepare, SendsTheAssignmentsOwnProgramsBesideTheScenario) {
  run("[./help]");
  folder_.write("help", "#!/bin/sh\n");
  std::filesystem::permissions(folder_.path() / "help", std::filesystem::perms::owner_all);
  EXPECT_TRUE(sends(prepared(good), "/work/help"));
}

TEST_F(GradePrepare, RefusesAnAssignmentWhoseProgramIsMissing) {
  for (const char* command : {"[./none]", "[no-such-program]"}) {
    run(command);
    EXPECT_THAT([&] { prepared(good); }, ThrowsMessage<UsageError>(HasSubstr("echo.yaml:7: ")))
        << command;
  }
}

TEST_F(GradePrepare, RefusesAnInterpreterThatIsNoneOfTheSystems) {
  const TemporaryFolder elsewhere;
  const std::string shell = elsewhere.path() / "shell";
  std::filesystem::copy("/bin/sh", shell);
  const Prepared got = prepared({{{"server", "#!" + shell + "\n"}}, {}, ""});
  EXPECT_THAT(got.evidence.at(0).not_run, HasSubstr("which is not sent to the guest"));
  EXPECT_FALSE(sends(got, shell));
}

// Otherwise the program would only be "not found".
TEST_F(GradePrepare, SaysThatAScriptHasTheLinesOfWindows) {
  for (const char* script : {"#!/bin/sh\r\necho\r\n", "#!/bin/sh -e\r\n"}) {
    const Prepared got = prepared({{{"server", script}}, {}, ""});
    EXPECT_THAT(got.evidence.at(0).not_run, HasSubstr("lines that end with CR LF, as on Windows"));
  }
}

}  // namespace
}  // namespace lab::grade
