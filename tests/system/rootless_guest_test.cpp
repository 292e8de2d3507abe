// SPDX-License-Identifier: MIT
//
// Without root in a kernel where the module is loaded, and that has what Debian's
// have: VRFs, sch_plug, conntrack.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <algorithm>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <sstream>

#include "play/guest_programs.hpp"
#include "series.hpp"
#include "util/executable.hpp"
#include "vm/run.hpp"

namespace lab::play {
namespace {

using testing::HasSubstr;
using Json = nlohmann::json;

class RootlessInAGuest : public testing::TestWithParam<std::string> {
 protected:
  // As nobody.
  int run(const std::vector<std::string>& words) {
    const std::string setpriv = find_in_path("setpriv");
    vm::Options options;
    options.series = GetParam();
    options.build = BUILD_DIR;
    vm::Job job;
    job.argv = {setpriv,          "--reuid=65534",     "--regid=65534",
                "--clear-groups", "/lab/orchestrator", "run"};
    job.argv.insert(job.argv.end(), words.begin(), words.end());
    job.env = {fmt::format("PATH={}", std::getenv("PATH")), "HOME=/nonexistent", "LC_ALL=C.UTF-8"};
    job.deadline = std::chrono::minutes(10);
    vm::Sinks sinks;
    sinks.output = [&](vm::Stream stream, std::string_view bytes) {
      (stream == vm::Stream::out ? out_ : err_) += bytes;
    };
    return vm::run_in_vm(options, job, uploads_of(setpriv, setpriv), sinks).status;
  }
  std::string out_, err_;
};

TEST_P(RootlessInAGuest, TheModuleShowsItselfInAUserNamespace) {
  if (const auto why = why_not_sent(GetParam()); !why.empty()) GTEST_SKIP() << why;
  EXPECT_EQ(run({"simopen", "--family", "ipv4", "-f", "json"}), 0) << out_ << err_;
  EXPECT_THAT(err_, HasSubstr("In this kernel, in your own user namespace (no root): "
                              "tcp_lookup.ko is loaded in this kernel."));
  const Json report = Json::parse(out_);
  EXPECT_EQ(report["runs"][0]["hold_mechanism"], "sch_plug");
  std::size_t by_module = 0, by_trace = 0;
  for (const Json& step : report["runs"][0]["steps"])
    for (const Json& check : step["checks"]) {
      if (check["outcome"] != "pass") continue;
      by_module += check["witness"].get<std::string>().find("module") != std::string::npos;
      by_trace += check["witness"] == "trace";
    }
  EXPECT_GT(by_module, 3u);
  EXPECT_GT(by_trace, 8u);
}

TEST_P(RootlessInAGuest, NothingOfTheCatalogueFails) {
  if (!std::getenv("LAB_ALL_TESTS")) GTEST_SKIP() << "played with LAB_ALL_TESTS=1 only";
  EXPECT_EQ(run({"all"}), 0) << out_ << err_;
  EXPECT_THAT(out_, HasSubstr(" 0 failed"));
}

INSTANTIATE_TEST_SUITE_P(Kernel, RootlessInAGuest, testing::ValuesIn(series_of(SERIES)),
                         [](const auto& each) { return "Linux" + test_name(each.param); });
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(RootlessInAGuest);

}  // namespace
}  // namespace lab::play
