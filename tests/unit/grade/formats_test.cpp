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
  Graded result{"hw1", "Homework 1", student, "abcd", "0123", {"notes.txt: it is missing"}, {}, ""};
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

Graded not_graded(const std::string& student = "bob") {
  return {"hw1", "Homework 1", student, "abcd", "", {}, {}, "the guest was lost"};
}

// That of the results above.
Assignment assignment() {
  Assignment result;
  result.name = "hw1";
  result.title = "Homework 1";
  result.fingerprint = "abcd";
  for (const CheckResult& check : graded().checks) {
    RubricCheck rubric;
    rubric.name = check.name;
    rubric.points = check.points;
    result.checks.push_back(rubric);
  }
  return result;
}

std::string page_of(const std::vector<Graded>& all) {
  return to_page(assignment(), all, [](const std::string&) { return std::vector<report::Run>{}; });
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
  for (const std::string& output :
       {text(assignment(), all, false, {}), to_junit(all), to_gradescope(graded()),
        to_csv(assignment(), all), to_autolab(graded())})
    EXPECT_THAT(output, Not(HasSubstr("SECRET")));
  for (const std::string& output :
       {text(assignment(), all, false, {}), to_junit(all), to_gradescope(graded())})
    EXPECT_THAT(output, AllOf(HasSubstr("Call listen()."), HasSubstr("it is Hello")));
  EXPECT_THAT(text(assignment(), all, true, {}), HasSubstr("SECRET"));
}

TEST(GradeFormats, DoNotNameAHiddenChecksScenarioToStudents) {
  Graded killed = graded();
  killed.checks[2].verdict = Verdict::no_result;
  killed.checks[2].why = "listens-hidden ipv4: killed at its deadline";
  for (const std::string& output :
       {text(assignment(), {killed}, false, {}), to_junit({killed}), to_gradescope(killed)})
    EXPECT_THAT(output, Not(HasSubstr("listens-hidden")));
  EXPECT_THAT(text(assignment(), {killed}, true, {}), HasSubstr("listens-hidden"));
  killed.checks[2].verdict = Verdict::not_run;
  killed.checks[2].why = "server: it is missing";
  for (const std::string& output :
       {text(assignment(), {killed}, false, {}), to_junit({killed}), to_gradescope(killed)})
    EXPECT_THAT(output, HasSubstr("server: it is missing"));
}

TEST(GradeFormats, GiveNoPointsToWhatWasNotGraded) {
  const std::vector<Graded> all{graded(), not_graded()};
  EXPECT_EQ(to_csv(assignment(), all),
            "student,earned,points,accepts,echoes,listens\r\n"
            "alice,3.5,8.5,2.5,1,0\r\n"
            "bob,,8.5,,,\r\n");
  const json document = json::parse(to_document(assignment(), all));
  EXPECT_EQ(document["submissions"][1]["not_graded"], "the guest was lost");
  EXPECT_FALSE(document["submissions"][1].contains("earned"));
  EXPECT_FALSE(document["submissions"][0].contains("not_graded"));
  EXPECT_THAT(text(assignment(), all, false, {}),
              AllOf(HasSubstr("not graded: the guest was lost"),
                    HasSubstr("2 submissions, on average 3.50 of 8.5 points, 1 not graded")));
  EXPECT_THAT(text(assignment(), {not_graded()}, false, {}),
              AllOf(HasSubstr("not graded: the guest was lost"), Not(HasSubstr("points"))));
  EXPECT_THAT(page_of(all), HasSubstr("not graded: the guest was lost"));
  pugi::xml_document junit;
  ASSERT_TRUE(junit.load_string(to_junit(all).c_str()));
  EXPECT_STREQ(
      junit.select_node("//testsuite[@name='bob']//error").node().attribute("message").value(),
      "not graded: the guest was lost");
}

TEST(GradeFormats, OfNoSubmissionHaveTheColumnsAlone) {
  EXPECT_EQ(to_csv(assignment(), {}), "student,earned,points,accepts,echoes,listens\r\n");
  EXPECT_EQ(json::parse(to_document(assignment(), {}))["submissions"], json::array());
  EXPECT_THAT(text(assignment(), {}, false, {}), HasSubstr("0 submissions"));
  EXPECT_THAT(page_of({}), HasSubstr("echoes (4)"));
}

TEST(GradeFormats, ReplaceBytesThatAreNotText) {
  Graded odd = graded("al\xff");
  odd.checks[1].title = "\xfe";
  EXPECT_TRUE(json::accept(to_document(assignment(), {odd})));
  EXPECT_TRUE(json::accept(to_gradescope(odd)));
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
  EXPECT_EQ(to_csv(assignment(), {graded(), graded("=cmd(),\"x\"")}),
            "student,earned,points,accepts,echoes,listens\r\n"
            "alice,3.5,8.5,2.5,1,0\r\n"
            "\"'=cmd(),\"\"x\"\"\",3.5,8.5,2.5,1,0\r\n");
  for (const char* formula : {"+1", "-1", "@x", "\tx"})
    EXPECT_THAT(to_csv(assignment(), {graded(formula)}), HasSubstr(std::string("\n'") + formula));
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
    std::istringstream text_of_class(
        text(assignment(), {graded(), graded("bob"), not_graded("carol")}, all, narrow));
    for (std::string line; std::getline(text_of_class, line); ++lines)
      EXPECT_LE(line.size(), 80u) << line;
  }
  EXPECT_GT(lines, 10u);
}

TEST(GradeFormats, EscapeWhatAPageShows) {
  const std::string page = page_of({graded("<script>")});
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
  EXPECT_TRUE(std::filesystem::exists(folder.path() / "%2E%2E%2Fevil.json"));
}

TEST(GradeStore, KeepsAStudentNamedLikeAReportApart) {
  const TemporaryFolder folder;
  const Store store(folder.path());
  store.put(graded("bob"), "{\"a report\": 1}");
  store.put(graded("bob.report"), "");
  EXPECT_EQ(store.find("bob.report", "0123"), graded("bob.report"));
  ASSERT_EQ(merge(assignment(), {folder.path()}).size(), 2u);
  EXPECT_EQ(merge(assignment(), {folder.path()})[1].student, "bob.report");
}

TEST(GradeStore, RefusesAFolderInWhichNothingCanBeWritten) {
  const TemporaryFolder folder;
  std::ofstream(folder.path() / "file") << "x";
  for (const char* path : {"file", "file/below"})
    EXPECT_THAT([&] { Store(folder.path() / path); },
                ThrowsMessage<UsageError>(HasSubstr("name a folder that you may write to")));
  EXPECT_THAT([&] { Store("/proc/self"); },
              ThrowsMessage<UsageError>(HasSubstr("name a folder that you may write to")));
  const Store fine(folder.path() / "new");
  EXPECT_TRUE(std::filesystem::is_empty(folder.path() / "new"));
}

TEST(GradeStore, MergesOnlyResultsOfTheSameRubric) {
  const TemporaryFolder folder;
  const auto refuses = [&](const Graded& other, const char* why) {
    Store(folder.path()).put(other, "");
    EXPECT_THAT([&] { merge(assignment(), {folder.path()}); },
                ThrowsMessage<UsageError>(AllOf(HasSubstr("alice.json"), HasSubstr(why))));
  };
  Graded other = graded();
  other.assignment = "hw2";
  refuses(other, "a result of hw2, and the assignment is hw1");
  other = graded();
  other.rubric = "ef01";
  refuses(other, "graded with another version of hw1");
  other = graded();
  other.checks.pop_back();
  refuses(other, "graded with another version of hw1");
  other = graded();
  other.checks[0].points = {300};
  refuses(other, "graded with another version of hw1");
}

TEST(GradeStore, MergesFoldersAndRefusesAStudentTwice) {
  const TemporaryFolder one, two;
  Store(one.path()).put(graded("bob"), "");
  Store(two.path()).put(graded("alice"), "");
  const std::vector<Graded> all = merge(assignment(), {one.path(), two.path()});
  ASSERT_EQ(all.size(), 2u);
  EXPECT_EQ(all[0].student, "alice");
  Store(two.path()).put(graded("bob"), "");
  EXPECT_THAT(
      [&] {
        merge(assignment(), {one.path(), two.path()});
      },
      ThrowsMessage<UsageError>(AllOf(HasSubstr(one.path().string() + "/bob.json and "),
                                      HasSubstr("are both results of bob"))));
  std::ofstream(one.path() / "x.json") << "{";
  EXPECT_THAT([&] { merge(assignment(), {one.path()}); },
              ThrowsMessage<UsageError>(HasSubstr("x.json")));
}

// A shard that has not ended, and one that is not there at all.
TEST(GradeStore, MergesNobodyAwayWhoseResultIsMissing) {
  const TemporaryFolder one, two;
  Store(one.path()).put(graded("bob"), "");
  for (const TemporaryFolder* each : {&one, &two})
    Store(each->path()).put_class({"alice", "bob", "carol"});
  Store(two.path()).put(graded("carol"), "");
  const std::vector<Graded> all = merge(assignment(), {one.path(), two.path()});
  ASSERT_EQ(all.size(), 3u);
  EXPECT_EQ(all[0].student, "alice");
  EXPECT_THAT(all[0].not_graded, HasSubstr("no folder has its result"));
  EXPECT_EQ(all[1], graded("bob"));
  EXPECT_EQ(merge(assignment(), {one.path()}).at(2).student, "carol");
  EXPECT_THAT(merge(assignment(), {one.path()}).at(2).not_graded, HasSubstr("its shard is missing"));
}

}  // namespace
}  // namespace lab::grade
