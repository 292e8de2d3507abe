// SPDX-License-Identifier: MIT
//
// What each output of graded submissions contains, and what it keeps from students.
#include "grade/formats.hpp"

#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <pugixml.hpp>

#include "grade/page.hpp"
#include "grade/store.hpp"
#include "json/place.hpp"
#include "util/error.hpp"
#include "util/temporary_folder.hpp"

namespace lab::grade {
namespace {

using nlohmann::json;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::ThrowsMessage;
using Verdict = CheckResult::Verdict;

Graded graded(const std::string& student = "alice") {
  Graded result{"hw1", "Homework 1", student, "0123", {"notes.txt: it is missing"}, {}};
  CheckResult passed;
  passed.name = "accepts";
  passed.title = "It accepts";
  passed.points = passed.earned = {250};
  passed.verdict = Verdict::passed;
  CheckResult partly;
  partly.name = "echoes";
  partly.title = "It echoes";
  partly.points = {400};
  partly.earned = {100};
  partly.verdict = Verdict::partly;
  partly.parts = {{"it starts", {100}, {100}}, {"it sends", {300}, {0}}};
  partly.findings = {{"echo ipv4", "step 4: receive", "it is Hello", "\x1b[2Jnothing", "", "<b>"}};
  CheckResult hidden;
  hidden.name = "listens";
  hidden.title = "It listens";
  hidden.hidden = true;
  hidden.hint = "Call listen().";
  hidden.points = {200};
  hidden.verdict = Verdict::failed;
  hidden.findings = {{"listens ipv4", "step 2: SECRET", "SECRET", "SECRET", "SECRET", "SECRET"}};
  result.checks = {passed, partly, hidden};
  return result;
}

TEST(GradeFormats, StoreAResultAndReadItBack) {
  const json value = graded();
  EXPECT_EQ(graded_from(JsonPlace(value)), graded());
  EXPECT_EQ(value["earned"], 3.5);
}

TEST(GradeFormats, RefuseAStoredResultThatIsDamaged) {
  json value = graded();
  value["checks"][1]["earned"] = 1000;
  EXPECT_THROW(graded_from(JsonPlace(value)), UsageError);
  value = graded();
  value["checks"][1]["verdict"] = "perfect";
  EXPECT_THAT([&] { graded_from(JsonPlace(value)); },
              ThrowsMessage<UsageError>(HasSubstr("/checks/1/verdict")));
}

TEST(GradeFormats, ShowStudentsNothingOfAHiddenCheckButItsHint) {
  const std::vector<Graded> all{graded()};
  for (const std::string& output : {text(all, false, {}), to_junit(all), to_gradescope(graded()),
                                    to_csv(all), to_autolab(graded())})
    EXPECT_THAT(output, Not(HasSubstr("SECRET")));
  for (const std::string& output : {text(all, false, {}), to_junit(all), to_gradescope(graded())})
    EXPECT_THAT(output, AllOf(HasSubstr("Call listen()."), HasSubstr("it is Hello")));
  EXPECT_THAT(text(all, true, {}), HasSubstr("SECRET"));
}

TEST(GradeFormats, GiveGradescopeScoresAndVisibility) {
  const json document = json::parse(to_gradescope(graded()));
  EXPECT_EQ(document["score"], 3.5);
  ASSERT_EQ(document["tests"].size(), 3u);
  EXPECT_EQ(document["tests"][1]["score"], 1.0);
  EXPECT_EQ(document["tests"][1]["max_score"], 4.0);
  EXPECT_EQ(document["tests"][1]["output_format"], "text");
  EXPECT_EQ(document["tests"][2]["visibility"], "visible");
  Graded silent = graded();
  silent.checks[2].hint = "";
  EXPECT_EQ(json::parse(to_gradescope(silent))["tests"][2]["visibility"], "hidden");
}

TEST(GradeFormats, GiveAutolabOneLine) {
  EXPECT_EQ(to_autolab(graded()),
            "{\"scores\":{\"accepts\":2.5,\"echoes\":1.0,\"listens\":0.0}}\n");
}

TEST(GradeFormats, GiveALineForEachSubmissionAsCsv) {
  EXPECT_EQ(to_csv({graded(), graded("=cmd(),\"x\"")}),
            "student,earned,points,accepts,echoes,listens\r\n"
            "alice,3.5,8.5,2.5,1,0\r\n"
            "\"'=cmd(),\"\"x\"\"\",3.5,8.5,2.5,1,0\r\n");
}

TEST(GradeFormats, GiveWellFormedJUnitWithoutControlCharacters) {
  pugi::xml_document document;
  const std::string text = to_junit({graded()});
  ASSERT_TRUE(document.load_string(text.c_str()));
  EXPECT_STREQ(document.select_node("//testsuite").node().attribute("failures").value(), "2");
  EXPECT_THAT(text, AllOf(Not(HasSubstr("\x1b")), HasSubstr("\\u001b[2Jnothing")));
}

TEST(GradeFormats, DrawTextWithin80Columns) {
  draw::Style narrow;
  narrow.width = 80;
  Graded wordy = graded(std::string(60, 'n'));
  wordy.checks[1].findings[0].seen = std::string(500, 'w') + " " + std::string(70, 'v');
  std::size_t lines = 0;
  for (const bool all : {false, true}) {
    std::istringstream text_of_class(text({graded(), graded("bob")}, all, narrow));
    for (std::string line; std::getline(text_of_class, line); ++lines)
      EXPECT_LE(line.size(), 80u) << line;
  }
  EXPECT_GT(lines, 10u);
}

TEST(GradeFormats, EscapeWhatAPageShows) {
  const std::string page =
      to_page({graded("<script>")}, [](const std::string&) { return std::vector<report::Run>{}; });
  EXPECT_THAT(page, AllOf(HasSubstr("&lt;script&gt;"), Not(HasSubstr("<script>")),
                          HasSubstr("&lt;b&gt;"), Not(HasSubstr("\x1b"))));
}

TEST(GradeStore, FindsAResultOnlyWithItsFingerprint) {
  const TemporaryFolder folder;
  const Store store(folder.path());
  store.put(graded("../evil"), "");
  EXPECT_EQ(store.find("../evil", "0123"), graded("../evil"));
  EXPECT_FALSE(store.find("../evil", "4567"));
  EXPECT_FALSE(store.find("bob", "0123"));
  EXPECT_TRUE(std::filesystem::exists(folder.path() / "%2E.%2Fevil.json"));
}

TEST(GradeStore, MergesFoldersAndRefusesAStudentTwice) {
  const TemporaryFolder one, two;
  Store(one.path()).put(graded("bob"), "");
  Store(two.path()).put(graded("alice"), "");
  const std::vector<Graded> all = merge({one.path(), two.path()});
  ASSERT_EQ(all.size(), 2u);
  EXPECT_EQ(all[0].student, "alice");
  Store(two.path()).put(graded("bob"), "");
  EXPECT_THAT(
      [&] {
        merge({one.path(), two.path()});
      },
      ThrowsMessage<UsageError>(HasSubstr("two of the results are of bob")));
  std::ofstream(one.path() / "x.json") << "{";
  EXPECT_THAT([&] { merge({one.path()}); }, ThrowsMessage<UsageError>(HasSubstr("x.json")));
}

}  // namespace
}  // namespace lab::grade
