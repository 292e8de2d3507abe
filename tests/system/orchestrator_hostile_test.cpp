// SPDX-License-Identifier: MIT
//
// Files, programs and sizes from strangers, given to the program as its user would.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <string_view>
#include <utility>
#include <vector>

#include "hostile_fixture.hpp"
#include "program.hpp"

namespace lab::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

constexpr int usage = 2, environment = 3;

TEST_F(Hostile, StoredReportsWriteNoCaptureOutsideTheFolder) {
  NEEDS_ROOT();
  const json good = report();
  fs::create_directory(folder_ / "captures");
  for (const char* place : {"/runs/0/scenario", "/runs/0/variant", "/runs/0/hosts/0/name"}) {
    json evil = good;
    ASSERT_TRUE(evil.contains(json::json_pointer(place))) << place;
    evil[json::json_pointer(place)] = "../escaped";
    const std::string path = write("evil.json", evil.dump());
    const Ran ran = run({ORCHESTRATOR, "draw", path, "--pcap", folder_ / "captures"});
    EXPECT_EQ(ran.status, usage);
    EXPECT_THAT(ran.err, AllOf(HasSubstr("evil.json: " + std::string(place)),
                               HasSubstr("\"../escaped\" cannot be a name")));
    EXPECT_THAT(files(), testing::UnorderedElementsAre("good.json", "evil.json", "captures"));
  }
}

TEST_F(Hostile, ScenariosDoNotNameTheirVariantsAsTheyLike) {
  const std::string path = write("evil.yaml", R"(name: evil
title: x
parameters: {port: 1}
variants: {"../../escaped": {port: 2}}
topology: {hosts: {a: }}
steps: [{socket: {name: s, host: a}}]
)");
  const Ran ran = run({ORCHESTRATOR, "validate", path});
  EXPECT_EQ(ran.status, usage);
  EXPECT_THAT(ran.err + ran.out,
              AllOf(HasSubstr("evil.yaml:4:12: "), HasSubstr("\"../../escaped\" is not a name")));
}

// --- files that are written ---

TEST_F(Hostile, LinksOfOtherUsersAreNotFollowed) {
  NEEDS_ROOT();
  const std::string victim = write("victim", "precious");
  fs::create_directory(folder_ / "shared");
  ::chmod((folder_ / "shared").c_str(), 01777);
  const std::string link = folder_ / "shared/r.json";
  fs::create_symlink(victim, link);
  ASSERT_EQ(::lchown(link.c_str(), 1000, 1000), 0);
  const Ran ran =
      run({ORCHESTRATOR, "run", "self-connect", "--where", "here", "--family", "ipv4", "-o", link});
  EXPECT_EQ(ran.status, usage);
  EXPECT_THAT(ran.err, HasSubstr("is a symbolic link of another user (uid 1000)"));
  EXPECT_EQ(read(victim), "precious");

  const std::string capture = folder_ / "shared/self-connect-ipv4.pcapng";
  fs::create_symlink(victim, capture);
  ASSERT_EQ(::lchown(capture.c_str(), 1000, 1000), 0);
  const Ran pcap = run({ORCHESTRATOR, "run", "self-connect", "--where", "here", "--family", "ipv4",
                        "--pcap", folder_ / "shared"});
  EXPECT_THAT(pcap.err, HasSubstr("is a symbolic link of another user (uid 1000)"));
  EXPECT_NE(pcap.status, 0);
  EXPECT_EQ(read(victim), "precious");
}

TEST_F(Hostile, AReportBeyondTheFileSizeLimitIsAnError) {
  NEEDS_ROOT();
  const Ran ran = run({"/bin/sh", "-c", "ulimit -f 1; exec \"$0\" \"$@\"", ORCHESTRATOR, "run",
                       "self-connect", "--where", "here", "-o", folder_ / "report.json"});
  EXPECT_EQ(ran.status, environment) << ran.err;
  EXPECT_THAT(ran.err, HasSubstr("the report could not be written: File too large"));
  EXPECT_THAT(files(), testing::IsEmpty());
}

// --- signals ---

TEST_F(Hostile, ASignalThatWasIgnoredDoesNotEndARun) {
  NEEDS_ROOT();
  const std::string started = folder_ / "started", go_on = folder_ / "go-on";
  ASSERT_EQ(::mkfifo(started.c_str(), 0600), 0);
  ASSERT_EQ(::mkfifo(go_on.c_str(), 0600), 0);
  const std::string path = write("waits.yaml", R"(name: waits
title: x
families: [ipv4]
deadline: 60s
topology: {hosts: {a: }}
steps:
  - exec: {host: a, run: [/bin/sh, -c, "echo >)" + started +
                                                   "; read line <" + go_on + R"("]}
)");
  Running running({"/bin/sh", "-c", "trap '' HUP; exec \"$0\" \"$@\"", ORCHESTRATOR, "run", path,
                   "--where", "here"});
  pollfd ready{::open(started.c_str(), O_RDWR | O_CLOEXEC), POLLIN, 0};
  ASSERT_EQ(::poll(&ready, 1, 60'000), 1) << "the program did not start";
  running.kill(SIGHUP);
  const int line = ::open(go_on.c_str(), O_RDWR | O_CLOEXEC);
  ASSERT_EQ(::write(line, "done\n", 5), 5);
  const Ran ran = running.finish(std::chrono::seconds(60));
  EXPECT_EQ(ran.status, 0) << ran.out << ran.err;
  ::close(ready.fd);
  ::close(line);
}

// --- programs of a run in this kernel ---

// Whether a process has `marker` in its command line.
bool is_running(const std::string& marker) {
  std::error_code error;
  for (const auto& entry : fs::directory_iterator("/proc", error))
    if (read(entry.path() / "cmdline").find(marker) != std::string::npos) return true;
  return false;
}

TEST_F(Hostile, WhatLeavesItsProcessGroupEndsWithItsRun) {
  NEEDS_ROOT();
  int count = 0;
  for (const auto& [last_step, status] : {std::pair("  - stop: {program: p}\n", 0),
                                          std::pair("  - await: {program: p, output: never}\n", 1),
                                          std::pair("  - wait: {for: 60s, because: it is killed}\n",
                                                    environment)}) {  // killed at --deadline
    const std::string marker =
        std::to_string(1'000'000'000 + ::getpid()) + "." + std::to_string(++count);
    const std::string path = write("away.yaml", R"(name: away
title: x
families: [ipv4]
deadline: 2s
topology: {hosts: {a: }}
steps:
  - exec: {host: a, name: p, background: true, run: [/bin/sh, -c, "setsid sleep )" +
                                                    marker + " & (setsid sleep " + marker +
                                                    R"( &); echo ready; exec sleep 1000"]}
  - await: {program: p, output: ready}
)" + last_step);
    const Ran ran = run({ORCHESTRATOR, "run", path, "--where", "here", "--deadline", "6s"});
    EXPECT_EQ(ran.status, status) << ran.out << ran.err;
    EXPECT_FALSE(is_running(marker)) << last_step;
  }
  EXPECT_EQ(count, 3);
}

// In one command, side by side. What is asked for the bomb holds for it alone: a user of its own,
// with few processes.
TEST_F(Hostile, EachCostsOnlyItsOwnRun) {
  NEEDS_ROOT();
  write("bomb.sh", "#!/bin/sh\necho ready\nb() { b | b & }; b; while :; do :; done\n");
  write("flood.sh", "#!/bin/sh\necho ready\nwhile :; do echo AAAAAAAAAAAAAAAAAAAA; done\n");
  // Its run's process is not in its PID namespace.
  write("killer.sh", "#!/bin/sh\nkill -9 $PPID\n");
  write("sleeper.sh", "#!/bin/sh\necho asleep >&2\nexec sleep 1000\n");
  write("well.sh", "#!/bin/sh\necho ready\nexec sleep 1000\n");
  ::chmod(folder_.c_str(), 0755);
  std::vector<std::string> argv{ORCHESTRATOR, "run"};
  for (const char* name : {"bomb", "flood", "killer", "sleeper", "well"}) {
    ::chmod((folder_ / (std::string(name) + ".sh")).c_str(), 0755);
    const bool is_bomb = std::string_view(name) == "bomb";
    const std::string user =
        is_bomb ? "prlimit, --nproc=64, setpriv, --reuid=1234567, --clear-groups, " : "";
    argv.push_back(write(std::string(name) + ".yaml",
                         "name: " + std::string(name) + R"(
title: x
families: [ipv4]
deadline: 2s
topology: {hosts: {a: }}
steps:
  - exec: {host: a, name: p, background: true, run: [)" +
                             user + (folder_ / (std::string(name) + ".sh")).string() + R"(]}
  - await: {program: p, output: ready}
  - stop: {program: p, signal: SIGKILL}
)"));
  }
  argv.insert(argv.end(), {"--where", "here", "--deadline", "10s", "-o", folder_ / "r.json",
                           "--junit", folder_ / "r.xml"});
  const Ran ran = run(argv);
  EXPECT_EQ(ran.status, 1) << ran.out << ran.err;
  const json document = json::parse(read(folder_ / "r.json"), nullptr, false);
  ASSERT_FALSE(document.is_discarded());
  std::map<std::string, std::string> outcomes;
  for (const json& each : document["runs"]) outcomes[each["scenario"]] = each["result"]["outcome"];
  EXPECT_THAT(outcomes, testing::UnorderedElementsAre(
                            testing::Pair("bomb", "pass"), testing::Pair("flood", "pass"),
                            testing::Pair("killer", "fail"), testing::Pair("sleeper", "fail"),
                            testing::Pair("well", "pass")))
      << ran.out;
  EXPECT_THAT(read(folder_ / "r.xml"), HasSubstr("asleep"));
  EXPECT_FALSE(is_running((folder_ / "bomb.sh").string()));
}

// --- where a stranger's programs run ---

TEST_F(Hostile, AutoRunsNoProgramOfAStrangerHere) {
  const std::string path = write("stranger.yaml",
                                 "name: stranger\ntitle: x\nfamilies: [ipv4]\n"
                                 "topology: {hosts: {a: }}\nsteps:\n"
                                 "  - exec: {host: a, run: [/bin/touch, " +
                                     (folder_ / "ran").string() + "]}\n");
  // Also if it cannot be found out which scenarios are the lab's own.
  const std::string loop = folder_ / "loop", below = folder_ / "ran/below";
  fs::create_symlink(loop, loop);
  const std::string own = std::getenv("LAB_SCENARIOS") ? std::getenv("LAB_SCENARIOS") : "";
  for (const std::string& scenarios : {own, loop, below}) {
    How how;
    how.env = {"LAB_QEMU=/nowhere/qemu"};
    if (!scenarios.empty()) how.env.push_back("LAB_SCENARIOS=" + scenarios);
    const Ran ran = run({ORCHESTRATOR, "run", path, "-q"}, how);
    EXPECT_EQ(ran.status, environment) << scenarios;
    EXPECT_THAT(ran.err, AllOf(HasSubstr("stranger.yaml:6 runs /bin/touch"),
                               HasSubstr("If you trust it, add --where here")));
    EXPECT_FALSE(fs::exists(folder_ / "ran"));
  }
}

// --- limits ---

std::string numbers(int count) {
  std::string text = "[0";
  for (int i = 1; i < count; ++i) text += "," + std::to_string(i);
  return text + "]";
}

TEST_F(Hostile, ScenariosThatGrowWithoutEndAreRefused) {
  const std::string loops = numbers(5000);
  const std::string empty =
      write("loopempty.yaml",
            "name: loopempty\ntitle: x\ntopology: {hosts: {a: }}\nsteps:\n"
            "  - socket: {name: s, host: a}\n  - for: {name: v, in: " +
                loops + ", steps: [{for: {name: w, in: " + loops +
                ", steps: [{for: {name: u, in: " + loops + ", steps: []}}]}}]}\n");
  std::string note;
  for (int i = 0; i < 30'000; ++i) note += "${p}";
  const std::string grows =
      write("mem1.yaml", "name: mem1\ntitle: x\ntopology: {hosts: {a: }}\nparameters: {p: " +
                             std::string(100'000, 'y') + "}\nsteps:\n" +
                             "  - socket: {name: s, host: a}\n    note: \"" + note + "\"\n");
  How how;
  how.deadline = std::chrono::seconds(60);
  const Ran looped = run({ORCHESTRATOR, "validate", empty}, how);
  EXPECT_EQ(looped.status, usage);
  EXPECT_THAT(looped.err, AllOf(HasSubstr("loopempty.yaml:6:"),
                                HasSubstr("the loops have more than 10000 iterations")));
  const Ran grown = run({ORCHESTRATOR, "validate", grows}, how);
  EXPECT_EQ(grown.status, usage);
  EXPECT_THAT(grown.err,
              AllOf(HasSubstr("mem1.yaml:7:11: "), HasSubstr("have more than 4194304 bytes")));
}

}  // namespace
}  // namespace lab::test
