// SPDX-License-Identifier: MIT
//
// Programs that attack their guest and its host, each as a plain one and with root: true.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>

#include "program.hpp"
#include "series.hpp"
#include "util/temporary_folder.hpp"

namespace lab::test {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

std::string text_of(const fs::path& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

class HostileGuest : public testing::TestWithParam<std::string> {
 protected:
  // The program stands beside its scenario, as a submission beside its assignment.
  std::string scenario(const std::string& name, const std::string& program,
                       const std::string& steps) const {
    fs::copy_file(fs::path(in_guest(GetParam(), HOSTILE)) / program, place_ / program,
                  fs::copy_options::overwrite_existing);
    const fs::path file = place_ / (name + ".yaml");
    std::ofstream(file) << fmt::format(
        "name: {}\ntitle: \"A hostile program\"\nfamilies: [ipv4]\ndeadline: 10s\n"
        "topology:\n  hosts: {{client: , server: }}\n"
        "  links: [{{endpoints: [\"client:eth0\", \"server:eth0\"]}}]\nsteps:\n{}",
        name, steps);
    return file;
  }

  Ran play(const std::string& file, std::vector<std::string> flags = {}) const {
    std::vector<std::string> argv{ORCHESTRATOR, "run",      file,      "--where",
                                  "vm",         "--kernel", GetParam()};
    argv.insert(argv.end(), flags.begin(), flags.end());
    return run(argv);
  }

  const TemporaryFolder temporary_;
  const fs::path place_ = temporary_.path();
};

TEST_P(HostileGuest, CannotSpeakOnTheChannel) {
  std::size_t played = 0;
  for (const char* root : {"false", "true"}) {
    const std::string file = scenario(
        "hijack", "hijack",
        fmt::format("  - exec: {{host: server, run: [./hijack], output: nothing, root: {}}}\n",
                    root));
    for (const bool with_pcap : {false, true}) {
      const fs::path pcap = place_ / "pcap";
      const Ran ran = with_pcap ? play(file, {"--pcap", pcap}) : play(file);
      EXPECT_EQ(ran.status, 0) << ran.out << ran.err;
      EXPECT_FALSE(fs::exists("/evil"));
      EXPECT_FALSE(fs::exists(pcap / "evil"));
      EXPECT_EQ(fs::exists(pcap / "hijack-ipv4.pcapng"), with_pcap);
      fs::remove_all(pcap);
      ++played;
    }
  }
  EXPECT_EQ(played, 4u);
}

TEST_P(HostileGuest, CannotReadItsScenarioOrTheResults) {
  for (const char* root : {"false", "true"}) {
    const std::string file = place_ / "spy.yaml";
    scenario("spy", "spy",
             fmt::format("  - exec: {{host: server, run: [./spy, \"{}\", /results], "
                         "output: nothing, root: {}}}\n",
                         file, root));
    const Ran ran = play(file);
    EXPECT_EQ(ran.status, 0) << ran.out << ran.err;
  }
}

// Each says that it is ready and never listens: its judge has to live to say so.
TEST_P(HostileGuest, CannotEndItsJudge) {
  for (const char* program : {"forge", "killer"})
    for (const char* root : {"false", "true"}) {
      const std::string file = scenario(
          program, program,
          fmt::format("  - exec: {{host: server, name: sub, run: [./{}], background: true, "
                      "root: {}}}\n"
                      "  - await: {{program: sub, output: ready}}\n"
                      "  - socket: {{name: cli, host: client}}\n"
                      "  - connect: {{socket: cli, to: \"server:8888\"}}\n",
                      program, root));
      const fs::path report = place_ / "report.json", junit = place_ / "junit.xml";
      const Ran ran = play(file, {"--output", report, "--junit", junit});
      EXPECT_EQ(ran.status, 1) << ran.out << ran.err;
      EXPECT_THAT(text_of(junit), HasSubstr("<failure"));
      const auto document = nlohmann::json::parse(text_of(report), nullptr, false);
      ASSERT_FALSE(document.is_discarded()) << ran.err;
      EXPECT_EQ(document["runs"][0]["result"]["ending"], "played");
      EXPECT_EQ(document["runs"][0]["result"]["outcome"], "fail");
      fs::remove(report);
      fs::remove(junit);
    }
}

// In one command and one guest: each has a verdict, and the honest one passes.
TEST_P(HostileGuest, CostsOnlyItsOwnRun) {
  const auto script = [this](const char* name, const std::string& text) {
    std::ofstream(place_ / name) << "#!/bin/sh\n" << text << "\n";
    fs::permissions(place_ / name, fs::perms(0755));
  };
  script("bomb", "echo listening; b() { b | b & }; b; while :; do :; done");
  script("flood", "echo listening; while :; do echo AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA; done");
  script("sleeper", "echo asleep >&2; exec sleep 1000");
  std::size_t judged = 0;
  for (const char* root : {"false", "true"}) {
    const fs::path file = place_ / "many.yaml";
    std::ofstream(file) << fmt::format(R"(name: many
title: Hostile programs and an honest one
families: [ipv4]
deadline: 5s
parameters: {{bin: hello-server}}
variants: {{bomb: {{bin: ./bomb}}, flood: {{bin: ./flood}}, killer: {{bin: ./killer}},
  sleeper: {{bin: ./sleeper}}, well: {{bin: hello-server}}}}
topology:
  hosts: {{client: , server: }}
  links: [{{endpoints: ["client:eth0", "server:eth0"]}}]
steps:
  - exec: {{host: server, name: sub, run: ["${{bin}}", "8888"], background: true, root: {}}}
  - await: {{program: sub, output: listening}}
  - exec: {{host: client, run: [knock, "$server:8888"], contains: [connected]}}
)",
                                       root);
    fs::copy_file(fs::path(in_guest(GetParam(), HOSTILE)) / "killer", place_ / "killer",
                  fs::copy_options::overwrite_existing);
    const fs::path report = place_ / "report.json", junit = place_ / "junit.xml";
    const Ran ran = play(file, {"--deadline", "20s", "--output", report, "--junit", junit});
    EXPECT_NE(ran.status, 0) << ran.out << ran.err;
    const auto document = nlohmann::json::parse(text_of(report), nullptr, false);
    ASSERT_FALSE(document.is_discarded()) << ran.err;
    for (const auto& each : document["runs"]) {
      const bool well = each["variant"] == "well";
      EXPECT_EQ(each["result"]["outcome"], well ? "pass" : "fail") << each["variant"] << ran.out;
      ++judged;
    }
    EXPECT_THAT(text_of(junit), HasSubstr("asleep"));
  }
  EXPECT_EQ(judged, 10u);
}

TEST_P(HostileGuest, MayServeAPortBelow1024) {
  const std::string file = scenario(
      "low-port", "spy",
      "  - exec: {host: server, name: web, run: [hello-server, \"80\"], background: true}\n"
      "  - await: {program: web, output: listening}\n"
      "  - exec: {host: client, run: [knock, \"$server:80\"], contains: [connected]}\n"
      "  - stop: {program: web}\n");
  const Ran ran = play(file);
  EXPECT_EQ(ran.status, 0) << ran.out << ran.err;
}

INSTANTIATE_TEST_SUITE_P(Kernel, HostileGuest, testing::ValuesIn(series_of(SERIES)),
                         [](const auto& each) { return "Linux" + test_name(each.param); });
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(HostileGuest);

}  // namespace
}  // namespace lab::test
