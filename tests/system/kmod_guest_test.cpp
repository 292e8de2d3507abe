// SPDX-License-Identifier: MIT
//
// tcp_lookup.ko in a real kernel: boots a guest that loads it, runs
// kmod_poke.c there, and shows what that says of each view. An oops or a
// warning of the guest's kernel fails the test, too.
#include <gtest/gtest.h>

#include <algorithm>
#include <iostream>

#include "series.hpp"
#include "util/text.hpp"
#include "vm/run.hpp"

namespace lab::vm {
namespace {

class Kmod : public testing::TestWithParam<std::string> {};

// What kmod_poke says, run in a guest with these arguments.
void poke(const std::string& series, const std::vector<std::string>& arguments) {
  Options options;
  options.series = series;
  options.build = BUILD_DIR;
  options.cpus = 2;  // the module is to be read on one while the tables change on the other
  Job job;
  job.argv = {"/work/poke"};
  job.argv.insert(job.argv.end(), arguments.begin(), arguments.end());
  std::string tap;
  Sinks sinks;
  sinks.output = [&tap](Stream, std::string_view bytes) { tap += bytes; };

  const Outcome outcome = run_in_vm(options, job, {{KMOD_POKE, "/work/poke"}}, sinks);

  EXPECT_EQ(outcome.status, 0) << tap;
  EXPECT_NE(tap.find("\n# failed 0\n"), std::string::npos) << tap;
  const auto figures = tap.find(" read, ");
  if (figures != std::string::npos)
    std::cout << tap.substr(tap.rfind('\n', figures) + 1, 60) << '\n';
}

TEST_P(Kmod, EveryViewShowsWhatTheSocketsAre) { poke(GetParam(), {}); }

// Too long for every day, like the next one: docs/kernels.md.
TEST_P(Kmod, DISABLED_TraceUnderAMinuteOfChurn) { poke(GetParam(), {"trace-churn", "60"}); }

TEST_P(Kmod, DISABLED_ReloadedTwoHundredTimesWithTraffic) { poke(GetParam(), {"reload", "200"}); }

INSTANTIATE_TEST_SUITE_P(Linux, Kmod, testing::ValuesIn(series_of(SERIES)),
                         [](const auto& each) { return test_name(each.param); });

}  // namespace
}  // namespace lab::vm
