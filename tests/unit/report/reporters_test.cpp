// SPDX-License-Identifier: MIT
//
// What the reporters make of plays that are reported to them.
#include <gmock/gmock.h>

#include <nlohmann/json.hpp>
#include <sstream>

#include "json/text.hpp"
#include "report/reporter.hpp"
#include "report/text.hpp"
#include "stored/stored.hpp"
#include "support/timelines.hpp"

namespace lab::report {
namespace {

using draw::Detail;
using draw::Style;

using ::testing::AllOf;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

std::string text_of(const Timeline& run) {
  std::ostringstream text;
  TextReport report(text, {});
  report.begin(run);
  for (const StepRecord& step : run.steps) report.step(run, step);
  report.end(run);
  return text.str();
}

// A reporter, and the summary that the caller keeps besides.
class Reports {
 public:
  template <typename Make>
  explicit Reports(Make make) : reporter_(make(out_)) {}

  Reports& play(const Timeline& run) { return add(result_of(run), text_of(run), json_text(run)); }
  Reports& add(const PlayResult& result, const std::string& text = "",
               const std::string& json = "") {
    reporter_->started(label(result));
    reporter_->ended(result);
    if (!text.empty()) reporter_->text(text);
    summary.add(result);
    reporter_->reported(result, json);
    return *this;
  }
  std::string finish() {
    reporter_->finish(summary);
    return out_.str();
  }
  std::string so_far() const { return out_.str(); }

  Summary summary;

 private:
  std::ostringstream out_;
  std::unique_ptr<Reporter> reporter_;
};

Reports full() {
  return Reports([](std::ostream& out) { return make_full_reporter(out, {}); });
}
Reports json() {
  return Reports([](std::ostream& out) { return make_json_reporter(out); });
}
Reports repeat(bool progress = false) {
  return Reports([&](std::ostream& out) { return make_repeat_reporter(out, {}, progress); });
}

Timeline ipv6(Timeline run) {
  run.family = Family::inet6;
  return run;
}

PlayResult killed() {
  PlayResult result;
  result.scenario = "stuck";
  result.file = "stuck.yaml";
  result.ending = PlayResult::Ending::died;
  result.outcome = Outcome::fail;
  result.why = "killed at its deadline";
  result.failure = Failure{{3, "accept on srv", 17}, "", "", "the play to end", "it did not"};
  return result;
}

PlayResult skipped(const std::string& why) {
  PlayResult result;
  result.scenario = "vrf";
  result.ending = PlayResult::Ending::skipped;
  result.why = why;
  return result;
}

TEST(TextReport, EndsWithWhatTheProgramsOfAFailedPlayPrinted) {
  Timeline failing = testing::no_listen_failing(), passing = testing::simopen();
  failing.programs = passing.programs = {
      {"sub", "server", "./forgot", "ready\naccept: Invalid argument\n", false, std::nullopt}};
  EXPECT_THAT(text_of(failing), AllOf(HasSubstr("sub on server, still running: ./forgot"),
                                      HasSubstr("ready"), HasSubstr("accept: Invalid argument")));
  EXPECT_THAT(text_of(passing), Not(HasSubstr("accept: Invalid argument")));
}

TEST(Json, IsOneDocumentOfAllRuns) {
  Reports reports = json();
  const auto document = nlohmann::json::parse(
      reports.play(testing::simopen()).play(ipv6(testing::simopen())).finish());
  EXPECT_EQ(document["schema"], 2);
  ASSERT_EQ(document["runs"].size(), 2u);
  EXPECT_EQ(document["runs"][0]["family"], "ipv4");
  EXPECT_EQ(document["runs"][1]["family"], "ipv6");
  EXPECT_EQ(document["runs"][0]["steps"].size(), 17u);
  EXPECT_EQ(document["runs"][0]["packets"].size(), 12u);
  EXPECT_EQ(document["summary"], nlohmann::json(reports.summary));
}

TEST(Json, IsADocumentEvenWithoutARun) {
  Reports reports = json();
  EXPECT_EQ(nlohmann::json::parse(reports.finish())["runs"], nlohmann::json::array());
}

TEST(Json, StaysUtf8WhateverAScenarioSends) {
  Reports reports = json();
  Timeline run = testing::simopen();
  run.steps[0].played.observed = "\xff\xfe";
  EXPECT_TRUE(nlohmann::json::accept(reports.play(run).finish()));
}

TEST(Json, HasARunForEachPlayHoweverItEnded) {
  Reports reports = json();
  const auto document =
      nlohmann::json::parse(reports.add(killed()).add(skipped("no VRF here")).finish());
  ASSERT_EQ(document["runs"].size(), 2u);
  EXPECT_EQ(document["runs"][0]["scenario"], "stuck");
  EXPECT_EQ(document["runs"][0]["result"]["ending"], "died");
  EXPECT_EQ(document["runs"][1]["result"]["ending"], "skipped");
  EXPECT_EQ(document["runs"][1]["steps"], nlohmann::json::array());
  EXPECT_EQ(document["runs"][0]["aborted"], "killed at its deadline, in step 3: accept on srv");
  EXPECT_EQ(document["summary"]["skipped"]["no VRF here"][0], "vrf ipv4");
}

TEST(Json, ListsTheRunsOfManyScenarios) {
  Reports reports = json();
  reports.summary.scenarios = 2;
  const auto document = nlohmann::json::parse(
      reports.play(testing::simopen()).play(testing::no_listen_failing()).finish());
  const auto& plays = document["summary"]["plays"];
  ASSERT_EQ(plays.size(), 2u);
  EXPECT_EQ(plays[0]["scenario"], "simopen");
  EXPECT_EQ(plays[0]["pass"], 1);
  EXPECT_FALSE(plays[0].contains("failure"));
  EXPECT_EQ(plays[1]["family"], "ipv4");
  EXPECT_EQ(plays[1]["failure"]["step"]["line"], 25);
  EXPECT_EQ(document["summary"]["fail"], 1);
}

TEST(FullReport, AddsALineForAllRunsWhenThereAreSeveral) {
  Reports reports = full();
  reports.play(testing::simopen());
  EXPECT_THAT(reports.finish(), Not(HasSubstr("runs passed")));
  reports.play(ipv6(testing::simopen()));
  EXPECT_THAT(reports.finish(), EndsWith("simopen: 2 of 2 runs passed (ipv4 1, ipv6 1)\n"));
}

TEST(FullReport, ReportsHowARunDied) {
  Reports reports = full();
  reports.add(killed(), "stuck, step 1\n");
  EXPECT_THAT(reports.so_far(), AllOf(StartsWith("stuck, step 1\n"), HasSubstr("step 3"),
                                      HasSubstr("it did not"), HasSubstr("stuck.yaml:17")));
}

TEST(RepeatReport, PrintsOneLineWhenAllPass) {
  Reports reports = repeat();
  for (int i = 0; i < 10; ++i) reports.play(testing::simopen());
  EXPECT_EQ(reports.finish(), "simopen: 10 of 10 runs passed (ipv4 10)\n");
}

TEST(RepeatReport, ShowsTheFirstFailureInFullAndNoOther) {
  Reports reports = repeat();
  Timeline good = testing::no_listen_failing();
  good.steps[5].checks.pop_back();
  reports.play(good).play(testing::no_listen_failing()).play(testing::no_listen_failing());
  const std::string text = reports.finish();
  EXPECT_THAT(text, StartsWith("The first failed run is run 2:\n"));
  EXPECT_THAT(text, HasSubstr("no-listen.yaml:25"));
  EXPECT_THAT(text, Not(HasSubstr("Run 3")));
  EXPECT_THAT(text, HasSubstr("no-listen: 1 of 3 runs passed (ipv4 1 of 3)"));
}

TEST(RepeatReport, CountsOnOneLineWhenAsked) {
  Reports reports = repeat(true);
  reports.play(testing::simopen()).play(testing::simopen());
  EXPECT_THAT(reports.so_far(), EndsWith("\rsimopen: 2 runs, 0 failed"));
  EXPECT_THAT(reports.so_far(), Not(HasSubstr("\n")));
  EXPECT_THAT(reports.finish(), EndsWith("\r\033[Ksimopen: 2 of 2 runs passed (ipv4 2)\n"));
}

Reports many(ManySettings settings) {
  Reports reports([&](std::ostream& out) { return make_many_reporter(out, {}, settings); });
  reports.summary.scenarios = 3;
  return reports;
}

TEST(ManyReport, HasALineForEachPlayAsItEnds) {
  Reports reports = many({.total = 4});
  reports.play(testing::simopen()).play(testing::no_listen_failing()).add(skipped("no VRF here"));
  EXPECT_THAT(reports.so_far(), StartsWith("pass    simopen ipv4 "));
  EXPECT_THAT(reports.so_far(), HasSubstr("\nFAIL    no-listen ipv4 "));
  EXPECT_THAT(reports.so_far(), HasSubstr("\nskipped vrf ipv4 "));
}

// Where each part of the summary begins.
TEST(ManyReport, ListsFailuresThenSkippedRunsThenCounts) {
  Reports reports = many({.total = 4, .flags = " --where here"});
  reports.play(testing::simopen()).play(testing::no_listen_failing()).add(skipped("no VRF here"));
  reports.add(killed());
  reports.summary.took = std::chrono::milliseconds(1500);
  const std::string text = reports.finish();
  EXPECT_LT(text.find("\nFailed\n"), text.find("\nSkipped\n"));
  EXPECT_LT(text.find("\nSkipped\n"), text.find("\nSlowest "));
  const Failure failure = *result_of(testing::no_listen_failing()).failure;
  EXPECT_THAT(text, AllOf(HasSubstr("✗ no-listen ipv4\n"), HasSubstr("step 6 "),
                          HasSubstr(failure.expected), HasSubstr("seen      One row: TIME-WAIT"),
                          HasSubstr("no-listen.yaml:25\n")));
  EXPECT_THAT(text, HasSubstr("orchestrator run stuck.yaml --family ipv4 --where here\n"));
  EXPECT_THAT(text, HasSubstr("○ no VRF here\n      vrf ipv4\n"));
  EXPECT_THAT(text, EndsWith("3 runs of 3 scenarios: 1 passed, 2 failed, 1 skipped, in 1.50 s\n"));
}

TEST(ManyReport, ListsTheSlowestTenAndWhatTookLongest) {
  Reports reports = many({.total = 12});
  for (int i = 0; i < 12; ++i) {
    PlayResult result;
    result.scenario = "s" + std::to_string(i);
    result.took = std::chrono::milliseconds(100 + i);
    result.slowest = {4, "wait for " + std::to_string(i), 9};
    result.slowest_took = std::chrono::milliseconds(90);
    reports.add(result);
  }
  const std::string text = reports.finish();
  const std::string slowest = text.substr(text.find("\nSlowest "));
  EXPECT_LT(slowest.find("s11 ipv4"), slowest.find("s10 ipv4"));
  EXPECT_THAT(slowest, AllOf(HasSubstr("step 4: wait for 11"), HasSubstr("s2 ipv4"),
                             Not(HasSubstr("s1 ipv4")), Not(HasSubstr("s0 ipv4"))));
}

TEST(ManyReport, RewritesOneLineOnATerminal) {
  Reports reports = many({.progress = true, .total = 3});
  reports.play(testing::simopen());
  EXPECT_THAT(reports.so_far(),
              AllOf(HasSubstr("\r\033[K0/3 done, 0 failed · simopen ipv4"),
                    HasSubstr("\r\033[K1/3 done, 0 failed"), Not(HasSubstr("\n"))));
  reports.play(testing::no_listen_failing());
  EXPECT_THAT(reports.so_far(), HasSubstr("\r\033[K2/3 done, 1 failed"));
  EXPECT_THAT(reports.finish(), HasSubstr("\r\033[K\nFailed\n"));
}

TEST(ManyReport, PrintsVerdictsOnlyOneLinePerRunAndWhatFailed) {
  Style quiet;
  quiet.detail = Detail::verdicts;
  Reports reports([&](std::ostream& out) {
    return make_many_reporter(out, quiet, {.progress = true, .total = 3});
  });
  reports.summary.scenarios = 3;
  reports.play(testing::simopen()).play(testing::no_listen_failing()).add(skipped("no VRF here"));
  const std::string text = reports.finish();
  EXPECT_THAT(text, StartsWith("pass    simopen ipv4 "));
  EXPECT_THAT(text, AllOf(HasSubstr("\nFailed\n"), HasSubstr("2 runs of 3 scenarios"),
                          Not(HasSubstr("Slowest")), Not(HasSubstr("\nSkipped\n"))));
}

TEST(ManyReport, PrintsOneLinePerRoundIfThereAreSeveral) {
  Reports reports = many({.total = 4, .rounds = 2});
  reports.play(testing::simopen()).play(testing::no_listen_failing());
  reports.play(testing::simopen()).play(testing::no_listen_failing());
  EXPECT_THAT(reports.so_far(),
              AllOf(HasSubstr("round 1 of 2: 1 of 2 failed\n"),
                    HasSubstr("round 2 of 2: 1 of 2 failed\n"), Not(HasSubstr("pass"))));
  EXPECT_THAT(reports.finish(), HasSubstr("no-listen ipv4 · 2 of 2 runs, first in run 1"));
}

TEST(ManyReport, SaysThatItWasInterrupted) {
  Reports reports = many({.total = 40});
  reports.play(testing::simopen());
  reports.summary.planned = 40;
  EXPECT_THAT(reports.finish(), EndsWith("; interrupted, of 40 runs planned\n"));
}

TEST(ManyReport, ListsWhatCouldNotRun) {
  Reports reports = many({.total = 1});
  PlayResult result = skipped("no root");
  result.ending = PlayResult::Ending::unplayable;
  reports.add(result);
  EXPECT_THAT(reports.finish(), AllOf(HasSubstr("\nCould not run\n  ○ no root\n      vrf ipv4"),
                                      HasSubstr("1 could not run")));
}

}  // namespace
}  // namespace lab::report
