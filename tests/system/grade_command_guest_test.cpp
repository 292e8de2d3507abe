// SPDX-License-Identifier: MIT
//
// Submissions that are kernel modules or scenarios, whose judge is outside of their guest.
#include "grade_fixture.hpp"

namespace lab::test {
namespace {

using testing::HasSubstr;

// What became of each submission: "passed, failed, not run".
std::map<std::string, std::string> verdicts_in(const fs::path& output) {
  std::map<std::string, std::string> verdicts;
  const json report = json::parse(text_of(output));
  for (const json& each : report.at("submissions")) {
    std::string all;
    for (const json& check : each["checks"])
      all += (all.empty() ? "" : ", ") + check["verdict"].get<std::string>();
    verdicts[each["student"]] = all;
  }
  return verdicts;
}

TEST_F(Grading, JudgesAModuleFromOutsideOfItsGuest) {
  const bool all = std::getenv("LAB_ALL_TESTS") != nullptr;
  std::vector<std::string> students{"good", "partly", "fixed"};
  // Guests that are lost: each is awaited twice.
  if (all) students.insert(students.end(), {"wrong", "panic", "hang", "warns"});
  const fs::path output = place_ / "all.json";
  std::vector<std::string> words{made("empty"), made("text", "own.ko", "#!/bin/sh\n"), "-o",
                                 output};
  for (const std::string& student : students) words.push_back(submission("hw4", student));
  const Ran ran = grade("hw4", words);
  EXPECT_EQ(ran.status, 0) << ran.err;
  std::map<std::string, std::string> expected{{"good", "passed, passed, passed"},
                                              {"partly", "passed, failed, passed"},
                                              {"fixed", "failed, failed, not run"},
                                              {"empty", "not run, not run, not run"},
                                              {"text", "not run, not run, not run"}};
  if (all) {
    expected["wrong"] = "failed, failed, not run";
    expected["panic"] = expected["hang"] = "no result, no result, not run";
    expected["warns"] = "failed, failed, not run";
  }
  EXPECT_EQ(verdicts_in(output), expected);
  auto earned = earned_in(output);
  EXPECT_EQ(earned["good"], 7);
  EXPECT_EQ(earned["partly"], 4);
  EXPECT_THAT(text_of(output), HasSubstr("server has 3 connections; the view has 6 lines, 3 of"));
  if (!all) return;
  EXPECT_THAT(text_of(output), HasSubstr("the kernel warned"));
}

TEST_F(Grading, JudgesAScenarioByTheServersThatItMustTellApart) {
  const fs::path output = place_ / "all.json";
  std::vector<std::string> words{made("empty"), made("mistaken", "greets.yaml", "name: greets\n"),
                                 "-o", output};
  for (const char* student : {"good", "partly", "wrong", "hostile"})
    words.push_back(fmt::format("{}/hw5/submissions/{}", ASSIGNMENTS, student));
  const Ran ran = grade("hw5", words);
  EXPECT_EQ(ran.status, 0) << ran.err;
  EXPECT_EQ(earned_in(output), (std::map<std::string, double>{{"good", 6},
                                                              {"partly", 4},
                                                              {"wrong", 0},
                                                              {"hostile", 0},
                                                              {"mistaken", 0},
                                                              {"empty", 0}}));
  EXPECT_THAT(text_of(output), HasSubstr("which a submission may not; remove that"));
}

}  // namespace
}  // namespace lab::test
