// SPDX-License-Identifier: MIT
//
// Random worlds in a guest of each kernel series, with the module and without. LAB_WORLDS says how
// many, LAB_WORLDS_SEED makes others, LAB_WORLDS_VERBOSE prints each.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <cstdlib>
#include <string>
#include <vector>

#include "play/guest_programs.hpp"
#include "system/series.hpp"
#include "util/executable.hpp"
#include "vm/run.hpp"

namespace lab::worlds {
namespace {

struct Case {
  std::string series;
  bool with_module = true;
};

void PrintTo(const Case& each, std::ostream* out) {
  *out << each.series << (each.with_module ? ", with the module" : ", without the module");
}

class WorldsInAGuest : public testing::TestWithParam<Case> {};

std::string from_environment(const char* name, const char* otherwise) {
  const char* value = std::getenv(name);
  return value ? value : otherwise;
}

std::vector<vm::Upload> uploads() {
  std::vector<vm::Upload> all = play::uploads_of(WORLDS, "/work/worlds");
  std::string ip = find_in_path("ip");
  if (ip.empty()) ip = "/usr/sbin/ip";
  for (vm::Upload& upload : play::uploads_of(ip, "/bin/ip")) all.push_back(std::move(upload));
  return all;
}

TEST_P(WorldsInAGuest, AreAsExplainSays) {
  if (const auto why = why_not_sent(GetParam().series); !why.empty()) GTEST_SKIP() << why;
  vm::Options options;
  options.series = GetParam().series;
  options.build = BUILD_DIR;
  options.memory_mb = 1024;
  vm::Job job;
  job.argv = {"/work/worlds",
              "--count",
              from_environment("LAB_WORLDS", "20"),
              "--seed",
              from_environment("LAB_WORLDS_SEED", "1"),
              "--jobs",
              "6"};
  if (std::getenv("LAB_WORLDS_VERBOSE")) job.argv.emplace_back("--verbose");
  if (!GetParam().with_module) job.argv.emplace_back("--without-module");
  job.env = {"PATH=/bin:/usr/sbin:/usr/bin:/sbin", "LC_ALL=C"};
  std::string said;
  vm::Sinks sinks;
  sinks.output = [&](vm::Stream, std::string_view bytes) { said += bytes; };

  const vm::Outcome outcome = vm::run_in_vm(options, job, uploads(), sinks);

  EXPECT_EQ(outcome.status, 0) << said;
  // A look that fails in one kernel makes all of its verdicts uncertain.
  constexpr double most_uncertain = 20;  // percent
  const std::size_t end = said.find(" % of the verdicts are uncertain");
  ASSERT_NE(end, std::string::npos) << said;
  const std::size_t begin = said.rfind('\n', end) + 1;
  EXPECT_LE(std::stod(said.substr(begin, end - begin)), most_uncertain) << said;
  if (std::getenv("LAB_WORLDS")) fmt::print("{}\n", said);
}

std::vector<Case> cases() {
  std::vector<Case> all;
  for (const std::string& series : series_of(SERIES))
    for (const bool with_module : {true, false}) all.push_back({series, with_module});
  return all;
}

INSTANTIATE_TEST_SUITE_P(Linux, WorldsInAGuest, testing::ValuesIn(cases()), [](const auto& each) {
  return test_name(each.param.series) +
         (each.param.with_module ? "_module_loaded" : "_module_none");
});
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(WorldsInAGuest);

}  // namespace
}  // namespace lab::worlds
