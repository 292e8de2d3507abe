// SPDX-License-Identifier: MIT
//
// tcp_lookup.ko in a real kernel: boots a guest that loads it, runs
// kmod_poke.c there, and shows what that says of each view. An oops or a
// warning of the guest's kernel fails the test, too.
#include <gtest/gtest.h>

#include <algorithm>

#include "util/text.hpp"
#include "vm/run.hpp"

namespace lab::vm {
namespace {

class Kmod : public testing::TestWithParam<std::string> {};

TEST_P(Kmod, EveryViewShowsWhatTheSocketsAre) {
  Options options;
  options.series = GetParam();
  options.build = BUILD_DIR;
  Job job;
  job.argv = {"/work/poke"};
  std::string tap;
  Sinks sinks;
  sinks.output = [&tap](Stream, std::string_view bytes) { tap += bytes; };

  const Outcome outcome = run_in_vm(options, job, {{KMOD_POKE, "/work/poke"}}, sinks);

  EXPECT_EQ(outcome.status, 0) << tap;
  EXPECT_NE(tap.find("\n# failed 0\n"), std::string::npos) << tap;
}

std::vector<std::string> series() {
  std::vector<std::string> names;
  for (const std::string_view name : words(SERIES)) names.emplace_back(name);
  return names;
}

INSTANTIATE_TEST_SUITE_P(Linux, Kmod, testing::ValuesIn(series()), [](const auto& instance) {
  std::string name = instance.param;
  std::replace(name.begin(), name.end(), '.', '_');
  return name;
});

}  // namespace
}  // namespace lab::vm
