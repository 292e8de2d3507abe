// SPDX-License-Identifier: MIT
#include "util/cgroup.hpp"

#include <gmock/gmock.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>

#include "util/pidfd.hpp"
#include "util/pipe.hpp"
#include "util/text.hpp"

namespace lab {
namespace {

constexpr unsigned most_processes = 40;

Deadline soon() { return Deadline(std::chrono::seconds(20)); }

std::string name() { return "lab-test-" + std::to_string(::getpid()); }

class CgroupTest : public testing::Test {
 protected:
  void SetUp() override {
    if (auto made = Cgroup::make(name(), most_processes)) group_.emplace(std::move(*made));
    if (!group_) GTEST_SKIP() << "this machine has no cgroup v2 that we may write to";
  }

  // A shell in it; its output is what it prints and its processes have open.
  pid_t start(const std::string& text, const Pipe& output) const {
    const pid_t child = ::fork();
    if (child != 0) return child;
    if (::write(group_->entry().get(), "0", 1) != 1) ::_exit(126);
    ::dup2(output.write_end.get(), STDOUT_FILENO);
    ::execl("/bin/sh", "sh", "-c", text.c_str(), nullptr);
    ::_exit(127);
  }

  // As the kernel names the file that is open.
  std::filesystem::path folder() const {
    return std::filesystem::read_symlink("/proc/self/fd/" + std::to_string(group_->entry().get()))
        .parent_path();
  }

  std::optional<Cgroup> group_;
};

std::string line_of(const Pipe& output) {
  std::string text;
  for (char letter; !text.ends_with('\n');)
    if (::read(output.read_end.get(), &letter, 1) == 1) text += letter;
  return text;
}

bool is_open_elsewhere(Pipe& output) {
  output.write_end.reset();
  pollfd polled{output.read_end.get(), 0, 0};
  return ::poll(&polled, 1, 0) == 0;  // no POLLHUP: somebody may still write
}

TEST_F(CgroupTest, KillsAllThatIsInItWhenItGoes) {
  Pipe output = make_pipe("a test");
  const pid_t child = start("setsid sleep 1000 & (sleep 1000 &); echo ready; wait", output);
  line_of(output);
  group_.reset();
  int status = 0;
  EXPECT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_EQ(WTERMSIG(status), SIGKILL);
  EXPECT_FALSE(is_open_elsewhere(output)) << "a process of it lives";
}

TEST_F(CgroupTest, IsClearedByItsName) {
  Pipe output = make_pipe("a test");
  const pid_t child = start("setsid sleep 1000 & echo ready; wait", output);
  line_of(output);
  Cgroup::clear(name(), soon());
  EXPECT_EQ(::waitpid(child, nullptr, 0), child);
  EXPECT_FALSE(is_open_elsewhere(output)) << "a process of it lives";
  Cgroup::clear(name(), soon());  // there is none
}

// As a process that was killed has left it, and another has its number now.
TEST_F(CgroupTest, IsMadeAnewWhereOneOfItsNameIsLeft) {
  Pipe output = make_pipe("a test");
  const pid_t child = start("setsid sleep 1000 & echo ready; wait", output);
  line_of(output);
  const auto again = Cgroup::make(name(), most_processes);
  ASSERT_TRUE(again);
  EXPECT_EQ(::waitpid(child, nullptr, 0), child);
  EXPECT_FALSE(is_open_elsewhere(output)) << "a process of the former one lives";
  EXPECT_EQ(::write(again->entry().get(), "", 0), 0);
}

TEST_F(CgroupTest, GoesWithItsProcessesWhenItsMakerIsKilled) {
  group_.reset();
  Pipe output = make_pipe("a test");
  const pid_t maker = ::fork();
  if (maker == 0) {
    auto made = Cgroup::make(name(), most_processes);
    if (!made) ::_exit(1);
    group_.emplace(std::move(*made));
    start("setsid sleep 1000 & echo ready; wait", output);
    ::pause();
  }
  line_of(output);
  ::kill(maker, SIGKILL);
  EXPECT_EQ(::waitpid(maker, nullptr, 0), maker);
  output.write_end.reset();
  char letter;
  EXPECT_EQ(::read(output.read_end.get(), &letter, 1), 0) << "its programs are not ended";
}

TEST_F(CgroupTest, GoesWithThoseThatItsProcessesMadeInIt) {
  const std::filesystem::path path = folder();
  ASSERT_TRUE(std::filesystem::create_directories(path / "inner" / "innermost"));
  group_.reset();
  EXPECT_FALSE(std::filesystem::exists(path));
}

TEST_F(CgroupTest, IsStoppedAndGoesOn) {
  Pipe output = make_pipe("a test");
  const pid_t child = start("echo begin; while :; do echo .; done", output);
  line_of(output);
  group_->freeze();
  // It may have filled the pipe: it has stopped when that stays empty.
  pollfd more{output.read_end.get(), POLLIN, 0};
  std::array<char, 65536> taken;
  while (::poll(&more, 1, 200) == 1)
    if (::read(output.read_end.get(), taken.data(), taken.size()) <= 0) break;
  EXPECT_EQ(::poll(&more, 1, 200), 0) << "it still prints";
  group_->thaw();
  EXPECT_EQ(::poll(&more, 1, 20'000), 1);
  group_->freeze();
  group_.reset();  // ends it, too, when it is stopped
  int status = 0;
  EXPECT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_EQ(WTERMSIG(status), SIGKILL);
}

TEST_F(CgroupTest, LimitsItsProcesses) {
  if (!group_->limits_processes()) GTEST_SKIP() << "our cgroup's children have no pids controller";
  Pipe output = make_pipe("a test");
  const pid_t child =
      start("i=0; while [ $i -lt 200 ]; do sleep 1000 & i=$((i+1)); done; echo all; wait", output);
  int status = 0;
  EXPECT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_NE(status, 0) << "dash ends when it cannot fork";
}

TEST_F(CgroupTest, KillsTogetherThoseThatNeedTooMuchMemory) {
  group_.reset();
  auto made = Cgroup::make(name(), most_processes, 32 << 20);
  ASSERT_TRUE(made);
  group_.emplace(std::move(*made));
  if (!group_->limits_memory()) GTEST_SKIP() << "our cgroup's children have no memory controller";
  Pipe output = make_pipe("a test");
  // One that waits, and one that reads 256 MB into a variable.
  const pid_t child =
      start("sleep 1000 & x=$(head -c 268435456 /dev/zero | tr '\\0' x); wait", output);
  int status = 0;
  EXPECT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_EQ(WTERMSIG(status), SIGKILL);
}

}  // namespace
}  // namespace lab
