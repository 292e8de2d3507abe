// SPDX-License-Identifier: MIT
#include "record/timeline.hpp"

#include <gtest/gtest.h>

#include <cerrno>
namespace lab {
namespace {

Timeline small_run() {
  Timeline run;
  run.scenario = "no-listen";
  run.family = Family::inet6;
  run.hosts = {{"server", {{"eth0", Address::parse("fd00::2").value()}}, 4026532001}};
  run.links = {{"client:eth0", "server:eth0"}};
  run.sockets = {{"srv", "server", 7, 70}};
  StepRecord step;
  step.text = "connect c to server:8888";
  step.line = 31;
  step.begin = 1'700'000'000'000'000'001;
  step.played.error = ECONNREFUSED;
  step.checks = {{Outcome::pass, "refused", Witness::socket, "", ""},
                 {Outcome::fail, "bound shows srv", Witness::sock_diag, "one row", "none"},
                 {Outcome::not_observed, "bound shows srv", Witness::module, "", "not loaded"},
                 {Outcome::pass, "RST", Witness::packets, "", ""}};
  Snapshot snapshot;
  snapshot.host = "server";
  snapshot.ehash = {{Witness::module, std::nullopt, "not loaded"},
                    {Witness::sock_diag, std::vector<Row>{}, ""}};
  step.snapshots = {snapshot};
  step.lookups = {{"server", std::nullopt, "not loaded"}};
  run.steps = {step};
  return run;
}

TEST(Tally, CountsEachOutcome) {
  const Tally sum = tally(small_run());
  EXPECT_EQ(sum.pass, 2u);
  EXPECT_EQ(sum.fail, 1u);
  EXPECT_EQ(sum.not_observed, 1u);
}

TEST(Tally, CountsSkippedSteps) {
  Timeline run = small_run();
  run.steps.emplace_back().skipped = "needs a kernel >=99.0";
  EXPECT_EQ(tally(run).skipped, 1u);
  EXPECT_EQ(tally(run).pass, 2u);
}

// Where steps are left out, a record's place is not its index.
TEST(RecordOf, FindsAStepByItsIndexInTheScenario) {
  Timeline run = small_run();
  run.steps.emplace_back().index = 4;
  EXPECT_EQ(record_of(run, 4), &run.steps[1]);
  EXPECT_EQ(record_of(run, 1), nullptr);
}

TEST(NameOf, IsTheHostsNameOrTheAddress) {
  const Timeline run = small_run();
  EXPECT_EQ(name_of(run, Endpoint::parse("[fd00::2]:8888").value()), "server:8888");
  EXPECT_EQ(name_of(run, Endpoint::parse("[fd00::3]:8888").value()), "[fd00::3]:8888");
  EXPECT_EQ(name_of(run, Endpoint::parse("10.0.0.1:80").value()), "10.0.0.1:80");
}

}  // namespace
}  // namespace lab
