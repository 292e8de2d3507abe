// SPDX-License-Identifier: MIT
//
// Ctrl-C and SIGKILL at any moment leave nothing behind: no namespace, no link,
// no process.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <net/if.h>
#include <poll.h>
#include <sched.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>
#include <thread>

#include "program.hpp"
#include "util/clock.hpp"

namespace lab::test {
namespace {

namespace fs = std::filesystem;

std::set<std::string> links_here() {
  std::set<std::string> names;
  struct if_nameindex* all = ::if_nameindex();
  for (auto* each = all; each && each->if_index; ++each) names.insert(each->if_name);
  ::if_freenameindex(all);
  return names;
}

std::set<std::string> named_namespaces() {
  std::set<std::string> names;
  std::error_code none;
  for (const auto& entry : fs::directory_iterator("/run/netns", none))
    names.insert(entry.path().filename());
  return names;
}

// Processes whose program's name holds `name`.
std::set<pid_t> processes(const std::string& name) {
  std::set<pid_t> pids;
  for (const auto& entry : fs::directory_iterator("/proc")) {
    const std::string pid = entry.path().filename();
    if (pid.find_first_not_of("0123456789") != std::string::npos) continue;
    std::error_code gone;
    const std::string program = fs::read_symlink(entry.path() / "exe", gone);
    if (!gone && program.find(name) != std::string::npos) pids.insert(std::stoi(pid));
  }
  return pids;
}

// How many network namespaces the kernel keeps: active objects of its slab.
// Nothing where the kernel merges that slab with another. What it keeps free at
// hand for each CPU counts as active until the slab is shrunk.
int namespaces_in_slab() {
  std::ofstream("/sys/kernel/slab/net_namespace/shrink") << 1;
  std::ifstream slabs("/proc/slabinfo");
  for (std::string line; std::getline(slabs, line);) {
    std::istringstream words(line);
    std::string name;
    int active = 0;
    if (words >> name >> active && name == "net_namespace") return active;
  }
  return -1;
}

// Since 6.13 one that has been taken down is freed when the next one is
// (net_complete_free). So there is a next one, and its own end is waited for:
// until the number stays.
int namespaces_in_kernel() {
  std::thread([] { ::unshare(CLONE_NEWNET); }).join();
  constexpr int look_again = 200;  // ms
  int before = -1, now = namespaces_in_slab();
  for (int looks = 0; looks < 20 && now != before; ++looks) {
    ::poll(nullptr, 0, look_again);
    before = now;
    now = namespaces_in_slab();
  }
  return now;
}

// The kernel takes namespaces down in its own time (cleanup_net): this waits for it.
template <typename Condition>
bool eventually(Condition condition, std::chrono::seconds limit = std::chrono::seconds(30)) {
  const Deadline deadline(limit);
  while (!condition()) {
    if (deadline.passed()) return false;
    ::poll(nullptr, 0, 10);
  }
  return true;
}

class Traces : public testing::Test {
 protected:
  void SetUp() override {
    if (::geteuid() != 0) GTEST_SKIP() << "needs root: it makes network namespaces";
  }

  void expect_nothing_left() {
    EXPECT_EQ(links_here(), links_);
    EXPECT_EQ(named_namespaces(), names_);
    // Of this very build: somebody else may be using the lab, too.
    EXPECT_TRUE(eventually([] { return processes(ORCHESTRATOR).empty(); }))
        << "an orchestrator still runs";
    EXPECT_TRUE(eventually([&] {
      const auto running = processes("qemu-system");
      return std::includes(qemus_.begin(), qemus_.end(), running.begin(), running.end());
    })) << "a QEMU still runs";
    if (namespaces_ >= 0) {
      EXPECT_TRUE(eventually([&] { return namespaces_in_kernel() <= namespaces_; }))
          << namespaces_in_kernel() << " namespaces, before it were " << namespaces_;
    }
  }

  const std::set<std::string> links_ = links_here();
  const std::set<std::string> names_ = named_namespaces();
  const std::set<pid_t> qemus_ = processes("qemu-system");
  const int namespaces_ = namespaces_in_kernel();
};

// Which moment it hits differs from one round to the next, because the run
// takes a few milliseconds and the rounds wait for 0, 1, 2 … of them.
TEST_F(Traces, KilledHereAtAnyMoment) {
  for (int moment = 0; moment < 40; ++moment) {
    Running running({ORCHESTRATOR, "run", "simopen", "--where", "here", "--repeat", "1000"});
    ::poll(nullptr, 0, moment);
    running.kill(SIGKILL);
    EXPECT_EQ(running.finish(std::chrono::seconds(30)).status, 128 + SIGKILL);
  }
  expect_nothing_left();
}

TEST_F(Traces, KilledWhileManyPlaySideBySide) {
  for (int moment = 0; moment < 20; ++moment) {
    Running running(
        {ORCHESTRATOR, "run", "all", "--where", "here", "--repeat", "1000", "--jobs", "4"});
    ::poll(nullptr, 0, 3 * moment);
    running.kill(SIGKILL);
    EXPECT_EQ(running.finish(std::chrono::seconds(30)).status, 128 + SIGKILL);
  }
  expect_nothing_left();
}

TEST_F(Traces, InterruptedHere) {
  Running running({ORCHESTRATOR, "run", "simopen", "--where", "here", "--repeat", "100000"});
  ASSERT_TRUE(running.await_output("In this kernel", std::chrono::seconds(30)));
  running.kill(SIGINT);
  EXPECT_EQ(running.finish(std::chrono::seconds(30)).status, 128 + SIGINT);
  expect_nothing_left();
}

TEST_F(Traces, ThePassingRunLeavesNothing) {
  EXPECT_EQ(run({ORCHESTRATOR, "run", "simopen", "--where", "here"}).status, 0);
  expect_nothing_left();
}

class MicroVmTraces : public Traces {
 protected:
  void SetUp() override {
    Traces::SetUp();
    if (std::string(SERIES).empty()) GTEST_SKIP() << "no guest image was built";
  }
  const std::vector<std::string> command_{ORCHESTRATOR, "run",      "simopen", "--where",
                                          "vm",         "--repeat", "1000000"};
};

TEST_F(MicroVmTraces, InterruptedWhileItBootsAndWhileItPlays) {
  for (const char* moment : {"In a microVM", "up after"}) {
    Running running(command_);
    ASSERT_TRUE(running.await_output(moment, std::chrono::seconds(240)));
    running.kill(SIGINT);
    const Ran ran = running.finish(std::chrono::seconds(30));
    EXPECT_EQ(ran.status, 128 + SIGINT) << ran.err;
    expect_nothing_left();
  }
}

TEST_F(MicroVmTraces, KilledWhileItBootsAndWhileItPlays) {
  for (const char* moment : {"In a microVM", "up after"}) {
    Running running(command_);
    ASSERT_TRUE(running.await_output(moment, std::chrono::seconds(240)));
    running.kill(SIGKILL);
    EXPECT_EQ(running.finish(std::chrono::seconds(30)).status, 128 + SIGKILL);
    expect_nothing_left();
  }
}

}  // namespace
}  // namespace lab::test
