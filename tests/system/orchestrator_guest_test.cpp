// SPDX-License-Identifier: MIT
//
// The main job: the three scenarios in a microVM of each kernel series, judged
// by all witnesses. With the module loaded nothing may go unobserved.
#include <gmock/gmock.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>

#include "program.hpp"
#include "series.hpp"
#include "util/temporary_folder.hpp"

namespace lab::test {
namespace {

using testing::HasSubstr;

// What kernels of this age cannot show: docs/kernel-differences.md.
bool is_known_blindness(const nlohmann::json& check) {
  const std::string why = check["seen"];
  return why.find("sock_diag does not list bound sockets") != std::string::npos ||  // before 6.8
         why.find("does not show the calls of inet") != std::string::npos ||        // lhash2, 5.10
         why.find("does not say why") != std::string::npos;                         // before 5.17
}

class Guest : public testing::TestWithParam<std::string> {
 protected:
  Ran lab(const std::string& scenario, std::vector<std::string> more = {}) {
    std::vector<std::string> argv{ORCHESTRATOR, "run",      scenario,  "--where",
                                  "vm",         "--kernel", GetParam()};
    argv.insert(argv.end(), more.begin(), more.end());
    How how;
    how.deadline = std::chrono::seconds(500);
    return run(argv, how);
  }

  void expect_all_observed(const std::string& scenario) {
    const Ran ran = lab(scenario, {"--format", "json"});
    ASSERT_EQ(ran.status, 0) << ran.out << ran.err;
    EXPECT_THAT(ran.err, HasSubstr("In a microVM with kernel " + release_prefix(GetParam())));
    const auto report = nlohmann::json::parse(ran.out);
    ASSERT_EQ(report["runs"].size(), 2u) << "IPv4 and IPv6";
    for (const auto& timeline : report["runs"]) {
      std::size_t by_module = 0, by_trace = 0;
      for (const auto& step : timeline["steps"]) {
        for (const auto& check : step["checks"]) {
          if (check["outcome"] != "not_observed" || !is_known_blindness(check)) {
            EXPECT_EQ(check["outcome"], "pass") << check.dump(2);
          }
          by_module += check["witness"] == "module" && check["outcome"] == "pass";
          by_trace += check["witness"] == "trace" && check["outcome"] == "pass";
        }
      }
      EXPECT_GT(by_module, 3u) << "the module was hardly asked";
      EXPECT_GT(by_trace, 8u) << "the paths were hardly looked at";
      EXPECT_EQ(timeline["trace_lost"], 0) << "of a few hundred events";
      EXPECT_FALSE(timeline.contains("no_trace"));
      ASSERT_TRUE(timeline.contains("arrivals")) << "no bucket of a segment that arrived";
      for (const auto& arrival : timeline["arrivals"])
        EXPECT_TRUE(arrival["answer"]["steps"][0].contains("bucket")) << arrival.dump(2);
    }
  }
};

TEST_P(Guest, NoListen) { expect_all_observed("no-listen"); }
TEST_P(Guest, SelfConnect) { expect_all_observed("self-connect"); }
TEST_P(Guest, SimultaneousOpen) { expect_all_observed("simopen"); }

// A short slice of `run simopen --repeat 1000` (tests/bench/README.md).
TEST_P(Guest, SimultaneousOpenEveryTime) {
  const Ran ran = lab("simopen", {"--repeat", "25"});
  EXPECT_EQ(ran.status, 0) << ran.out << ran.err;
  EXPECT_THAT(ran.out, HasSubstr("50 of 50 runs passed"));
}

// All segments of a run and what the kernel did with each, in words. Identifiers
// and times are left out, and whether a socket happened to be locked.
std::string paths_of(const nlohmann::json& timeline) {
  std::map<std::pair<std::string, std::uint64_t>, std::size_t> place;
  std::vector<std::string> paths;
  for (const auto& event : timeline["trace"]) {
    if (!event.contains("segment") || event["event"] == "tcp_add_backlog") continue;
    const std::string host = event["host"];
    const auto [found, fresh] = place.try_emplace({host, event["segment"]}, paths.size());
    if (fresh) paths.push_back(host + ":");
    for (const char* key : {"event", "caller", "detail", "outcome", "reason", "source",
                            "destination", "flags", "kind", "state", "state_after"})
      if (event.contains(key)) paths[found->second].append(" ").append(event[key]);
  }
  std::sort(paths.begin(), paths.end());  // the hosts' events may lie this way or that in time
  std::string text;
  for (const std::string& path : paths) text += path + "\n";
  return text;
}

TEST_P(Guest, EachSegmentTakesTheSamePathEveryTime) {
  const Ran ran = lab("no-listen", {"--repeat", "25", "--format", "json"});
  ASSERT_EQ(ran.status, 0) << ran.out << ran.err;
  std::map<std::string, std::set<std::string>> seen;  // family → what the runs showed
  const auto report = nlohmann::json::parse(ran.out);
  for (const auto& timeline : report["runs"]) seen[timeline["family"]].insert(paths_of(timeline));
  ASSERT_EQ(seen.size(), 2u) << "IPv4 and IPv6";
  for (const auto& [family, different] : seen) {
    EXPECT_EQ(different.size(), 1u) << family << ":\n"
                                    << *different.begin() << "\n"
                                    << *different.rbegin();
    EXPECT_THAT(*different.begin(), HasSubstr("send_reset tcp_v"));
    EXPECT_THAT(*different.begin(), HasSubstr("kfree_skb dropped"));
  }
}

TEST_P(Guest, AFailedCheckPassesThroughWithItsExitCode) {
  const Ran ran = lab(SOURCE_DIR "/tests/system/nobody-answers.yaml");
  EXPECT_EQ(ran.status, 1) << ran.out << ran.err;
  EXPECT_THAT(ran.out, HasSubstr("nobody-answers.yaml:17"));
}

TEST_P(Guest, TheReportComesBackAsAFile) {
  const TemporaryFolder folder;
  const std::string path = folder.path() / "report.json";
  const Ran ran = lab("self-connect", {"--family", "ipv4", "--output", path});
  EXPECT_EQ(ran.status, 0) << ran.out << ran.err;
  EXPECT_THAT(ran.out, HasSubstr("self-connect ipv4: PASS"));
  std::ifstream file(path);
  const auto report = nlohmann::json::parse(file);
  EXPECT_EQ(report["runs"].size(), 1u);
}

INSTANTIATE_TEST_SUITE_P(Kernel, Guest, testing::ValuesIn(series_of(SERIES)),
                         [](const auto& each) { return "Linux" + test_name(each.param); });
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(Guest);

}  // namespace
}  // namespace lab::test
