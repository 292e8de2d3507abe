// SPDX-License-Identifier: MIT
//
// tcp_lookup.ko in a real kernel: boots a guest that loads it, runs
// kmod_poke there, and shows what that says of each view. An oops or a
// warning of the guest's kernel fails the test, too.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <iostream>

#include "kmod_in_guest.hpp"
#include "series.hpp"
#include "util/error.hpp"
#include "util/text.hpp"

namespace lab::vm {
namespace {

class Kmod : public testing::TestWithParam<std::string> {};

// Counts, and what was not observed: remarks, but for the names of cases.
void print_figures(const std::string& tap) {
  for (const std::string_view line : lines(tap))
    if (line.starts_with("# ") && !line.starts_with("# ---")) std::cout << line << '\n';
}

// What kmod_poke says, run in a guest with these arguments.
void poke(const std::string& series, const std::vector<std::string>& arguments) {
  std::string tap;
  const Outcome outcome =
      poke_in_guest(series, arguments, [&tap](std::string_view text) { tap += text; });

  EXPECT_EQ(outcome.status, 0) << tap;
  EXPECT_NE(tap.find("\n# failed 0\n"), std::string::npos) << tap;
  EXPECT_EQ(tap.find("Bail out!"), std::string::npos) << tap;
  print_figures(tap);
}

TEST_P(Kmod, EveryViewShowsWhatTheSocketsAre) { poke(GetParam(), {}); }

// Those that a debug kernel (cmake/debug-kernel.sh) notices, and how.
TEST_P(Kmod, AMistakeOfADebugKernelFailsTheRun) {
  if (!GetParam().starts_with("path-debug-")) GTEST_SKIP() << "this is no debug kernel";
  const std::vector<std::pair<std::string, std::string>> mistakes = {
      {"READ_AFTER_FREE", "BUG: KASAN: slab-use-after-free"},
      {"VMALLOC_LINEAR_OVERFLOW", "BUG: KASAN: vmalloc-out-of-bounds"},
      {"ARRAY_BOUNDS", "UBSAN: array-index-out-of-bounds"},
  };
  for (const auto& [mistake, report] : mistakes) {
    try {
      poke_in_guest(GetParam(), {"provoke", mistake}, [](std::string_view) {});
      ADD_FAILURE() << mistake << " passed";
    } catch (const EnvironmentError& error) {
      EXPECT_THAT(error.what(), testing::HasSubstr(report)) << mistake;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Linux, Kmod, testing::ValuesIn(series_of(SERIES)),
                         [](const auto& each) { return test_name(each.param); });

}  // namespace
}  // namespace lab::vm
