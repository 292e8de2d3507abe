// SPDX-License-Identifier: MIT
//
// Programs in a microVM: the tests of the verbs (unit_run) are sent there like a
// program of the user's, with the shell and what its scripts call, and run the
// lab's own programs from the image, on the kernels that the lab is for.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <algorithm>
#include <cstdlib>
#include <sstream>

#include "play/guest_programs.hpp"
#include "series.hpp"
#include "util/executable.hpp"

namespace lab::play {
namespace {

using testing::HasSubstr;
using testing::Not;

// What the tests' scripts call.
std::vector<vm::Upload> uploads() {
  std::vector<vm::Upload> result = uploads_of(UNIT_RUN, "/work/unit_run");
  std::vector<std::string> programs = {"/bin/sh", "/bin/cat"};
  for (const char* name : {"grep", "nft", "readlink", "sleep"}) {
    programs.push_back(find_in_path(name));
    EXPECT_NE(programs.back(), "") << name << " is missing";
  }
  for (const std::string& program : programs)
    for (vm::Upload& upload : uploads_of(program, program)) result.push_back(std::move(upload));
  return result;
}

class ProgramsInAGuest : public testing::TestWithParam<std::string> {};

TEST_P(ProgramsInAGuest, RunAsTheyDoHere) {
  if (const auto why = why_not_sent(GetParam()); !why.empty()) GTEST_SKIP() << why;
  vm::Options options;
  options.series = GetParam();
  options.build = BUILD_DIR;
  vm::Job job;
  job.argv = {"/work/unit_run", "--gtest_filter=Programs.*:*/OwnPrograms.*", "--gtest_color=no"};
  job.env = {fmt::format("PATH={}", std::getenv("PATH")), "HOME=/root",
             "LAB_PROGRAMS=/lab/programs"};
  std::string said;
  vm::Sinks sinks;
  sinks.output = [&](vm::Stream, std::string_view bytes) { said += bytes; };

  const vm::Outcome outcome = vm::run_in_vm(options, job, uploads(), sinks);

  EXPECT_EQ(outcome.status, 0) << said;
  EXPECT_THAT(said, HasSubstr("[  PASSED  ]"));
  EXPECT_THAT(said, Not(HasSubstr("SKIPPED")));
}

INSTANTIATE_TEST_SUITE_P(Kernel, ProgramsInAGuest, testing::ValuesIn(series_of(SERIES)),
                         [](const auto& each) { return "Linux" + test_name(each.param); });
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(ProgramsInAGuest);

}  // namespace
}  // namespace lab::play
