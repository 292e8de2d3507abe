// SPDX-License-Identifier: MIT
//
// explain_reality_test.cpp in a guest of each kernel series: with the module
// loaded, where `explain` asks it, and with the module taken out again.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>

#include "series.hpp"
#include "util/error.hpp"
#include "util/text.hpp"
#include "vm/run.hpp"

namespace lab::vm {
namespace {

struct Case {
  std::string series;
  std::string module;  // LAB_MODULE
};

void PrintTo(const Case& each, std::ostream* out) {
  *out << each.series << ", module " << each.module;
}

class ExplainGuest : public testing::TestWithParam<Case> {};

TEST_P(ExplainGuest, ForetellsWhatHappens) {
  if (const auto why = why_not_sent(GetParam().series); !why.empty()) GTEST_SKIP() << why;
  Options options;
  options.series = GetParam().series;
  options.build = BUILD_DIR;
  Job job;
  job.argv = {"/work/explain_reality", "--gtest_brief=1"};
  // All cases take minutes; every day a slice of them is enough, since without
  // the module all are played here (explain_reality). tests/bench/README.md.
  const bool all = std::getenv("LAB_ALL_TESTS") != nullptr;
  if (GetParam().module == "none") {
    if (!all) GTEST_SKIP() << "played with LAB_ALL_TESTS=1 only, as it takes minutes";
    // What differs in the guests is who sees bound sockets, and that there are VRFs.
    job.argv.emplace_back(
        "--gtest_filter=*TheModule*:*NothingBound*:*NotListening*:*RequestQueue*/inet:*Backlog*:"
        "Vrf.*/inet:Live.*/inet");
  } else if (!all) {
    job.argv.emplace_back(
        "--gtest_filter=*TheModule*:*NothingBound*/inet:*NotListening*:*Backlog*/inet:Vrf.*/inet:"
        "*SimultaneousOpen/inet:*TimeWait*/inet:"
        "Probe.*/inet:Rejected.*/inet:Rules.*/inet:Nat.*/inet:Ports.*/inet:Live.*/inet");
  }
  job.env = {"ORCHESTRATOR=/lab/orchestrator", "LAB_MODULE=" + GetParam().module,
             "PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C"};
  // For whoever looks at one case: LAB_CASES='Probe.*' explain_guest
  if (const char* cases = std::getenv("LAB_CASES"))
    job.argv.back() = fmt::format("--gtest_filter={}", cases);
  std::string text;
  Sinks sinks;
  sinks.output = [&text](Stream, std::string_view bytes) { text += bytes; };

  try {
    const Outcome outcome =
        run_in_vm(options, job, {{EXPLAIN_REALITY, "/work/explain_reality"}}, sinks);
    // To ctest, the marker of a test that was skipped in there is one of this test.
    for (std::size_t at; (at = text.find("[  SKIPPED ]")) != std::string::npos;)
      text.replace(at, 12, "[ skipped  ]");
    EXPECT_EQ(outcome.status, 0) << text;
  } catch (const EnvironmentError& error) {
    ADD_FAILURE() << error.what() << "\n" << text;
  }
  EXPECT_NE(text.find("[  PASSED  ]"), std::string::npos) << text;
  // Debian's kernels have all that is needed.
  EXPECT_EQ(text.find("has no VRFs"), std::string::npos) << text;
}

std::vector<Case> cases() {
  std::vector<Case> all;
  for (const std::string& series : series_of(SERIES))
    for (const char* module : {"loaded", "none"}) all.push_back({series, module});
  return all;
}

INSTANTIATE_TEST_SUITE_P(Linux, ExplainGuest, testing::ValuesIn(cases()), [](const auto& each) {
  return test_name(each.param.series) + "_module_" + each.param.module;
});

}  // namespace
}  // namespace lab::vm
