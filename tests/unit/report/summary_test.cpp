// SPDX-License-Identifier: MIT
#include "report/summary.hpp"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "support/timelines.hpp"
#include "support/trace_words.hpp"

namespace lab::report {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

Timeline ipv6(Timeline run) {
  run.family = Family::inet6;
  return run;
}

TEST(Verdict, IsTheWorstOutcome) {
  Timeline run;
  EXPECT_EQ(verdict_of(run), Outcome::pass);
  run.steps.resize(1);
  run.steps[0].checks = {testing::not_observed("t", Witness::module, "why")};
  EXPECT_EQ(verdict_of(run), Outcome::not_observed);
  run.steps[0].checks.push_back(testing::passed("t", Witness::sock_diag));
  EXPECT_EQ(verdict_of(run), Outcome::pass);
  run.aborted = "the deadline has passed";
  EXPECT_EQ(verdict_of(run), Outcome::fail);
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
  summary.add(result_of(run));
  summary.add(result_of(run));
  EXPECT_EQ(closing_line(summary),
            "simopen: 2 of 2 runs passed (ipv4 2), 2 steps skipped (needs a kernel >=99.0)");
  EXPECT_EQ(nlohmann::json(summary)["skipped_because"],
            nlohmann::json::parse(R"({"needs a kernel >=99.0": 2})"));
}

TEST(WhyNotObserved, NamesTheWitnessOnce) {
  EXPECT_EQ(why_not_observed(testing::not_observed("t", Witness::module, "not loaded")),
            "module: not loaded");
  EXPECT_EQ(why_not_observed(testing::not_observed(
                "t", Witnesses{Witness::module, Witness::sock_diag}, "module: not loaded")),
            "module: not loaded");
}

TEST(ClosingLine, CountsRunsByFamily) {
  Summary summary;
  for (int i = 0; i < 3; ++i) summary.add(result_of(testing::simopen()));
  for (int i = 0; i < 2; ++i) summary.add(result_of(ipv6(testing::simopen())));
  EXPECT_EQ(closing_line(summary), "simopen: 5 of 5 runs passed (ipv4 3, ipv6 2)");
  Timeline failed = ipv6(testing::simopen());
  failed.aborted = "interrupted";
  summary.add(result_of(failed));
  EXPECT_EQ(closing_line(summary), "simopen: 5 of 6 runs passed (ipv4 3, ipv6 2 of 3)");
  EXPECT_EQ(summary.verdict(), Outcome::fail);
}

TEST(ClosingLine, NamesWhatNoRunObserved) {
  Summary summary;
  summary.add(result_of(testing::no_listen_failing()));
  summary.add(result_of(testing::no_listen_failing()));
  EXPECT_EQ(closing_line(summary),
            "no-listen: 0 of 2 runs passed (ipv4 0 of 2), 6 checks not observed "
            "(module: tcp_lookup.ko is not loaded)");
}

TEST(Summary, IsWrittenAsJson) {
  Summary summary;
  summary.add(result_of(testing::simopen()));
  summary.add(result_of(ipv6(testing::simopen())));
  EXPECT_EQ(nlohmann::json(summary), nlohmann::json::parse(R"({
    "scenarios": 1, "runs": 2, "pass": 2, "fail": 0, "not_observed": 0,
    "checks": {"pass": 52, "fail": 0, "not_observed": 0, "skipped_steps": 0},
    "not_observed_because": {}, "skipped_because": {}, "skipped": {}, "unplayable": {},
    "took": 0, "plays": [
      {"scenario": "simopen", "file": "scenarios/handshake/simopen.yaml", "variant": "", "family": "ipv4",
       "runs": 1, "pass": 1, "fail": 0, "not_observed": 0,
       "paths": {"same": 0, "other": 0, "difference": ""}, "took": 1700000,
       "slowest_step": {"number": 1, "text": "open socket l on left", "line": 20},
       "slowest_step_took": 80000},
      {"scenario": "simopen", "file": "scenarios/handshake/simopen.yaml", "variant": "", "family": "ipv6",
       "runs": 1, "pass": 1, "fail": 0, "not_observed": 0,
       "paths": {"same": 0, "other": 0, "difference": ""}, "took": 1700000,
       "slowest_step": {"number": 1, "text": "open socket l on left", "line": 20},
       "slowest_step_took": 80000}]})"));
}

// One segment that host "a" looked up.
Timeline traced(const char* outcome) {
  Timeline timeline;
  timeline.hosts.push_back({"a", {}, 0});
  TraceEvent& event = timeline.trace.emplace_back();
  event.host = "a";
  event.number = 1;
  event.segment = 7;
  event.event = KernelFunction::early_demux4;
  event.outcome = lab::testing::outcome_named(outcome);
  event.source = Endpoint::parse("10.0.0.1:1");
  event.destination = Endpoint::parse("10.0.0.2:2");
  event.flags = TcpFlags::parse("S");
  event.sequence = event.acknowledgment = event.length = 0;
  return timeline;
}

TEST(Summary, SaysThatEveryRunTookTheSamePath) {
  Summary summary;
  summary.add(result_of(traced("miss")));
  EXPECT_EQ(paths_line(summary), "");  // nothing to compare with
  Timeline again = traced("miss");
  again.trace[0].segment = 8;
  again.trace[0].time = 99;
  summary.add(result_of(again));
  EXPECT_EQ(paths_line(summary), "Each segment took the same path in every run (ipv4 2).");
}

TEST(Summary, NamesTheRunInWhichAPathDiffered) {
  Summary summary;
  summary.add(result_of(traced("miss")));
  summary.add(result_of(traced("hit")));
  EXPECT_THAT(paths_line(summary),
              ::testing::AllOf(::testing::HasSubstr("ipv4: 1 of 2 runs took other paths"),
                               ::testing::HasSubstr("run 2"),
                               ::testing::HasSubstr("tcp_v4_early_demux miss"),
                               ::testing::HasSubstr("tcp_v4_early_demux hit")));
}

TEST(Summary, ComparesNoRunWhoseTraceLostSomething) {
  Summary summary;
  summary.add(result_of(traced("miss")));
  Timeline lossy = traced("hit");
  lossy.trace_lost = 3;
  summary.add(result_of(lossy));
  summary.add(result_of(traced("miss")));
  EXPECT_EQ(paths_line(summary), "Each segment took the same path in every run (ipv4 2).");
}

TEST(Summary, ComparesVariantsWithThemselvesOnly) {
  Summary summary;
  for (const char* variant : {"one", "other", "one", "other"}) {
    Timeline run = traced(variant == std::string("one") ? "miss" : "hit");
    run.variant = variant;
    summary.add(result_of(run));
  }
  EXPECT_EQ(paths_line(summary),
            "Each segment took the same path in every run (one ipv4 2, other ipv4 2).");
}

TEST(Summary, KeepsOfEachPlayTheFirstFailureAndTheSlowestRun) {
  Summary summary;
  PlayResult well = result_of(testing::simopen());
  PlayResult slow = well;
  slow.took = well.took + std::chrono::seconds(1);
  slow.slowest = {3, "the slow one", 7};
  PlayResult bad = well;
  bad.outcome = Outcome::fail;
  bad.failure = Failure{{5, "the bad one", 9}, "", "", "", ""};
  for (const PlayResult& each : {well, slow, bad, bad}) summary.add(each);
  ASSERT_EQ(summary.plays.size(), 1u);
  const PlaySummary& play = summary.plays[0];
  EXPECT_EQ(play.runs.total, 4u);
  EXPECT_EQ(play.runs.failed, 2u);
  EXPECT_EQ(play.failed_run, 3u);
  EXPECT_EQ(play.failed->failure->step.text, "the bad one");
  EXPECT_EQ(play.took, slow.took);
  EXPECT_EQ(play.slowest.text, "the slow one");
}

TEST(Summary, GroupsWhatWasSkippedByTheReason) {
  Summary summary;
  PlayResult skipped = result_of(testing::simopen());
  skipped.ending = PlayResult::Ending::skipped;
  skipped.why = "no VRF here";
  PlayResult other = skipped;
  other.family = Family::inet6;
  for (const PlayResult& each : {skipped, other, skipped, other}) summary.add(each);
  EXPECT_THAT(summary.skipped,
              ::testing::ElementsAre(::testing::Pair(
                  "no VRF here", ::testing::ElementsAre("simopen ipv4", "simopen ipv6"))));
  EXPECT_TRUE(summary.plays.empty());
  EXPECT_EQ(summary.verdict(), Outcome::pass);
}

}  // namespace
}  // namespace lab::report
