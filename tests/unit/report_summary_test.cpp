// SPDX-License-Identifier: MIT
#include <gmock/gmock.h>

#include <nlohmann/json.hpp>
#include <sstream>

#include "report/reporter.hpp"
#include "report/summary.hpp"
#include "report_timelines.hpp"
#include "util/error.hpp"

namespace lab::report {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

Timeline ipv6(Timeline run) {
  run.family = Family::inet6;
  return run;
}

void play(Reporter& reporter, Summary& summary, const Timeline& run) {
  reporter.begin(run);
  for (const StepRecord& step : run.steps) reporter.step(run, step);
  reporter.end(run);
  summary.add(run);
}

TEST(Verdict, IsTheWorstThatHappened) {
  Timeline run;
  EXPECT_EQ(verdict(run), Outcome::pass);
  run.steps.resize(1);
  run.steps[0].checks = {testing::not_observed("t", "module", "why")};
  EXPECT_EQ(verdict(run), Outcome::not_observed);
  run.steps[0].checks.push_back(testing::passed("t", "sock_diag"));
  EXPECT_EQ(verdict(run), Outcome::pass);
  run.aborted = "the deadline has passed";
  EXPECT_EQ(verdict(run), Outcome::fail);
}

TEST(ClosingLine, CountsTheChecksOfARun) {
  EXPECT_EQ(closing_line(testing::simopen()),
            "simopen ipv4: PASS, 26 checks passed, 0 failed, 0 not observed");
  EXPECT_EQ(closing_line(ipv6(testing::no_listen_failing())),
            "no-listen ipv6: FAIL, 2 checks passed, 1 failed, 3 not observed "
            "(module: tcp_lookup.ko is not loaded)");
}

TEST(ClosingLine, SaysWhyARunEndedEarly) {
  Timeline run = testing::simopen();
  run.aborted = "interrupted";
  EXPECT_THAT(closing_line(run), ::testing::EndsWith("; ended early: interrupted"));
  EXPECT_THAT(closing_line(run), HasSubstr("FAIL"));
}

// The report has told of the check; the line need not say it again.
TEST(ClosingLine, DoesNotBlameAnEarlyEndForAFailedCheck) {
  Timeline run = testing::no_listen_failing();
  run.aborted = "step 6 failed";
  EXPECT_THAT(closing_line(run), Not(HasSubstr("ended early")));
}

TEST(ClosingLine, CountsSkippedStepsAndSaysWhy) {
  Timeline run = testing::simopen();
  run.steps[2].skipped = "needs a kernel >=99.0";
  EXPECT_THAT(closing_line(run),
              ::testing::EndsWith(", 0 not observed, 1 step skipped (needs a kernel >=99.0)"));
  Summary summary;
  summary.add(run);
  summary.add(run);
  EXPECT_EQ(closing_line(summary),
            "simopen: 2 of 2 runs passed (ipv4 2), 2 steps skipped (needs a kernel >=99.0)");
  EXPECT_EQ(nlohmann::json(summary)["skipped_because"],
            nlohmann::json::parse(R"({"needs a kernel >=99.0": 2})"));
}

TEST(WhyNotObserved, NamesTheWitnessOnce) {
  EXPECT_EQ(why_not_observed(testing::not_observed("t", "module", "not loaded")),
            "module: not loaded");
  EXPECT_EQ(why_not_observed(testing::not_observed("t", "module, sock_diag", "module: not loaded")),
            "module: not loaded");
}

TEST(ClosingLine, CountsRunsByFamily) {
  Summary summary;
  for (int i = 0; i < 3; ++i) summary.add(testing::simopen());
  for (int i = 0; i < 2; ++i) summary.add(ipv6(testing::simopen()));
  EXPECT_EQ(closing_line(summary), "simopen: 5 of 5 runs passed (ipv4 3, ipv6 2)");
  Timeline failed = ipv6(testing::simopen());
  failed.aborted = "interrupted";
  summary.add(failed);
  EXPECT_EQ(closing_line(summary), "simopen: 5 of 6 runs passed (ipv4 3, ipv6 2 of 3)");
  EXPECT_EQ(summary.verdict(), Outcome::fail);
}

TEST(ClosingLine, NamesWhatNoRunObserved) {
  Summary summary;
  summary.add(testing::no_listen_failing());
  summary.add(testing::no_listen_failing());
  EXPECT_EQ(closing_line(summary),
            "no-listen: 0 of 2 runs passed (ipv4 0 of 2), 6 checks not observed "
            "(module: tcp_lookup.ko is not loaded)");
}

TEST(Json, IsOneDocumentOfAllRuns) {
  std::ostringstream out;
  const auto reporter = make_reporter("json", out, {});
  Summary summary;
  play(*reporter, summary, testing::simopen());
  play(*reporter, summary, ipv6(testing::simopen()));
  reporter->finish(summary);

  const auto json = nlohmann::json::parse(out.str());
  EXPECT_EQ(json["schema"], 1);
  ASSERT_EQ(json["runs"].size(), 2u);
  EXPECT_EQ(json["runs"][0]["family"], "ipv4");
  EXPECT_EQ(json["runs"][1]["family"], "ipv6");
  EXPECT_EQ(json["runs"][0]["steps"].size(), 17u);
  EXPECT_EQ(json["runs"][0]["packets"].size(), 12u);
  EXPECT_EQ(json["summary"], nlohmann::json::parse(R"({
    "scenario": "simopen", "runs": 2, "pass": 2, "fail": 0, "not_observed": 0,
    "families": {"ipv4": {"runs": 1, "pass": 1, "fail": 0, "not_observed": 0},
                 "ipv6": {"runs": 1, "pass": 1, "fail": 0, "not_observed": 0}},
    "checks": {"pass": 52, "fail": 0, "not_observed": 0},
    "not_observed_because": {}, "skipped_steps": 0, "skipped_because": {}, "paths": {}})"));
}

// One segment that host "a" looked up.
Timeline traced(const std::string& outcome) {
  Timeline timeline;
  timeline.hosts.push_back({"a", {}, 0});
  TraceEvent& event = timeline.trace.emplace_back();
  event.host = "a";
  event.number = 1;
  event.segment = 7;
  event.event = "tcp_v4_early_demux";
  event.outcome = outcome;
  event.source = Endpoint::parse("10.0.0.1:1");
  event.destination = Endpoint::parse("10.0.0.2:2");
  event.flags = TcpFlags::parse("S");
  event.sequence = event.acknowledgment = event.length = 0;
  return timeline;
}

TEST(Summary, SaysThatEveryRunTookTheSamePath) {
  Summary summary;
  summary.add(traced("miss"));
  EXPECT_EQ(paths_line(summary), "");  // nothing to compare with
  Timeline again = traced("miss");
  again.trace[0].segment = 8;
  again.trace[0].time = 99;
  summary.add(again);
  EXPECT_EQ(paths_line(summary), "Each segment took the same path in every run (ipv4 2).");
}

TEST(Summary, SaysInWhichRunAPathWasAnother) {
  Summary summary;
  summary.add(traced("miss"));
  summary.add(traced("hit"));
  EXPECT_THAT(paths_line(summary),
              ::testing::AllOf(::testing::HasSubstr("ipv4: 1 of 2 runs took other paths"),
                               ::testing::HasSubstr("run 2"),
                               ::testing::HasSubstr("tcp_v4_early_demux miss"),
                               ::testing::HasSubstr("tcp_v4_early_demux hit")));
}

TEST(Summary, ComparesNoRunWhoseTraceLostSomething) {
  Summary summary;
  summary.add(traced("miss"));
  Timeline lossy = traced("hit");
  lossy.trace_lost = 3;
  summary.add(lossy);
  summary.add(traced("miss"));
  EXPECT_EQ(paths_line(summary), "Each segment took the same path in every run (ipv4 2).");
}

TEST(Json, IsADocumentEvenWithoutARun) {
  std::ostringstream out;
  make_reporter("json", out, {})->finish({});
  EXPECT_EQ(nlohmann::json::parse(out.str())["runs"], nlohmann::json::array());
}

TEST(Json, StaysUtf8WhateverAScenarioSends) {
  std::ostringstream out;
  const auto reporter = make_reporter("json", out, {});
  Timeline run = testing::simopen();
  run.steps[0].played.observed = "\xff\xfe";
  Summary summary;
  play(*reporter, summary, run);
  reporter->finish(summary);
  EXPECT_TRUE(nlohmann::json::accept(out.str()));
}

TEST(MakeReporter, NamesTheFormatsThatItKnows) {
  std::ostringstream out;
  try {
    make_reporter("xml", out, {});
    FAIL() << "made a reporter for xml";
  } catch (const UsageError& error) {
    EXPECT_THAT(error.what(), HasSubstr("'xml'"));
    EXPECT_THAT(error.what(), HasSubstr("text or json"));
  }
}

TEST(TextReport, AddsALineForAllRunsWhenThereAreSeveral) {
  std::ostringstream out;
  const auto reporter = make_reporter("text", out, {});
  Summary summary;
  play(*reporter, summary, testing::simopen());
  const std::size_t one_run = out.str().size();
  reporter->finish(summary);
  EXPECT_EQ(out.str().size(), one_run);
  play(*reporter, summary, ipv6(testing::simopen()));
  reporter->finish(summary);
  EXPECT_THAT(out.str(), ::testing::EndsWith("simopen: 2 of 2 runs passed (ipv4 1, ipv6 1)\n"));
}

TEST(RepeatReport, SaysOneLineWhenAllPass) {
  std::ostringstream out;
  const auto reporter = make_repeat_reporter(out, {}, false);
  Summary summary;
  for (int i = 0; i < 10; ++i) play(*reporter, summary, testing::simopen());
  reporter->finish(summary);
  EXPECT_EQ(out.str(), "simopen: 10 of 10 runs passed (ipv4 10)\n");
}

TEST(RepeatReport, ShowsTheFirstFailureInFullAndNoOther) {
  std::ostringstream out;
  const auto reporter = make_repeat_reporter(out, {}, false);
  Summary summary;
  Timeline good = testing::no_listen_failing();
  good.steps[5].checks.pop_back();
  play(*reporter, summary, good);
  play(*reporter, summary, testing::no_listen_failing());
  play(*reporter, summary, testing::no_listen_failing());
  reporter->finish(summary);
  EXPECT_THAT(out.str(), ::testing::StartsWith("Run 2 is the first that failed:\n"));
  EXPECT_THAT(out.str(), HasSubstr("no-listen.yaml:25"));
  EXPECT_THAT(out.str(), Not(HasSubstr("Run 3")));
  EXPECT_THAT(out.str(), HasSubstr("no-listen: 1 of 3 runs passed (ipv4 1 of 3)"));
}

TEST(RepeatReport, CountsOnOneLineWhenAsked) {
  std::ostringstream out;
  const auto reporter = make_repeat_reporter(out, {}, true);
  Summary summary;
  play(*reporter, summary, testing::simopen());
  play(*reporter, summary, testing::simopen());
  EXPECT_THAT(out.str(), ::testing::EndsWith("\rsimopen: 2 runs, 0 failed"));
  EXPECT_THAT(out.str(), Not(HasSubstr("\n")));
  reporter->finish(summary);
  EXPECT_THAT(out.str(), ::testing::EndsWith("\r\033[Ksimopen: 2 of 2 runs passed (ipv4 2)\n"));
}

}  // namespace
}  // namespace lab::report
