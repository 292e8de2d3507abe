// SPDX-License-Identifier: MIT
#include "net/program.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <filesystem>
#include <fstream>

#include "unit/net/two_hosts.hpp"
#include "util/error.hpp"
#include "util/pipe.hpp"
#include "util/text.hpp"

namespace lab {
namespace {

using testing::HasSubstr;

Command shell(const std::string& script) {
  return {"/bin/sh", {"sh", "-c", script}, {"PATH=/usr/bin:/bin"}, ""};
}

Program start(const Command& command, const Namespace& space = Namespace::current()) {
  Started started = Program::start(space, command);
  EXPECT_EQ(started.error, 0);
  return std::move(started.program.value());
}

// Looks until it is so. False: not within the deadline.
template <typename Condition>
bool await(Program& program, Condition condition) {
  const Deadline deadline = soon();
  for (program.look(); !condition(); program.look()) {
    if (deadline.passed()) return false;
    std::vector<pollfd> polled;
    program.watch(polled);
    ::poll(polled.data(), polled.size(), deadline.poll_timeout());
  }
  return true;
}

bool await_end(Program& program) {
  return await(program, [&] { return program.exit().has_value(); });
}

bool await_output(Program& program, const std::string& text) {
  return await(program, [&] { return program.output().find(text) != std::string::npos; });
}

// A number that stands in the command line of one test's programs and of no others. What
// a program calls its own number may be that of its PID namespace, so that it does not
// serve to find it.
std::string marker() {
  static int count = 0;
  return fmt::format("{}.{}", 1'000'000 + ::getpid(), ++count);
}

// Whether a process has `marker` in its command line. A zombie has no command line.
bool is_running(const std::string& marker) {
  for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
    if (!to_integer<pid_t>(entry.path().filename().string())) continue;
    try {
      if (read_file(entry.path() / "cmdline").find(marker) != std::string::npos) return true;
    } catch (const SystemError&) {  // gone between the two looks
    }
  }
  return false;
}

TEST(Program, GivesItsOutputInOrderAndItsExitStatus) {
  Program program = start(shell("echo one; echo two >&2; echo three; exit 7"));
  ASSERT_TRUE(await_end(program));
  EXPECT_EQ(program.output(), "one\ntwo\nthree\n");
  EXPECT_EQ(program.exit(), 7);
}

TEST(Program, GetsItsArgumentsItsEnvironmentAndNoOther) {
  Command command = shell("echo \"$0 $1 $COLOUR $HOME\"");
  command.arguments.insert(command.arguments.end(), {"zero", "one word"});
  command.environment = {"COLOUR=blue"};
  Program program = start(command);
  ASSERT_TRUE(await_end(program));
  EXPECT_EQ(program.output(), "zero one word blue \n");
}

TEST(Program, ReadsItsInputToTheEnd) {
  const std::string large(300'000, 'x');  // more than any pipe holds without a reader
  Command command = shell("wc -c");
  command.input = large;
  Program program = start(command);
  ASSERT_TRUE(await_end(program));
  EXPECT_EQ(program.output(), "300000\n");
}

TEST(Program, ThatASignalEndsHas128More) {
  Program program = start(shell("kill -USR1 $$"));
  ASSERT_TRUE(await_end(program));
  EXPECT_EQ(program.exit(), 128 + SIGUSR1);
}

TEST(Program, ThatCannotBeStartedIsAValue) {
  const Namespace here = Namespace::current();
  EXPECT_EQ(Program::start(here, {"/nowhere/knock", {"knock"}, {}, ""}).error, ENOENT);
  EXPECT_EQ(Program::start(here, {"/etc/passwd", {"passwd"}, {}, ""}).error, EACCES);
  EXPECT_EQ(Program::start(here, {"/proc", {"proc"}, {}, ""}).error, EACCES);
  const std::string path = testing::TempDir() + "no-program";
  std::ofstream(path) << "no program";
  ::chmod(path.c_str(), 0755);
  EXPECT_EQ(Program::start(here, {path, {"no-program"}, {}, ""}).error, ENOEXEC);
}

TEST(Program, IsSignalledAndMayAnswer) {
  Program program =
      start(shell("trap 'echo terminated; exit 3' TERM; echo ready; "
                  "while :; do :; done"));
  ASSERT_TRUE(await_output(program, "ready\n"));
  EXPECT_FALSE(program.exit());
  EXPECT_TRUE(program.signal(SIGTERM).ok());
  ASSERT_TRUE(await_end(program));
  EXPECT_EQ(program.output(), "ready\nterminated\n");
  EXPECT_EQ(program.exit(), 3);
  EXPECT_EQ(program.signal(SIGTERM).error, ESRCH);
}

TEST(Program, DoesNotInheritThatWeBlockSignals) {
  sigset_t blocked, before;
  sigemptyset(&blocked);
  sigaddset(&blocked, SIGTERM);
  ::sigprocmask(SIG_BLOCK, &blocked, &before);
  Program program = start(shell("kill -TERM $$; echo survived"));
  ::sigprocmask(SIG_SETMASK, &before, nullptr);
  ASSERT_TRUE(await_end(program));
  EXPECT_EQ(program.exit(), 128 + SIGTERM);
}

TEST(Program, TakesWhatItStartedAlongWhenItEnds) {
  const std::string mark = marker();
  Program program = start(shell("sleep " + mark + " & echo started"));
  ASSERT_TRUE(await_end(program));
  EXPECT_EQ(program.output(), "started\n");
  const Deadline deadline = soon();
  while (is_running(mark)) ASSERT_FALSE(deadline.passed());
}

TEST(Program, IsKilledWithAllItStartedWhenItGoes) {
  const std::string mark = marker();
  {
    Program program = start(shell("sleep " + mark + " & echo started; wait"));
    ASSERT_TRUE(await_output(program, "started"));
    ASSERT_TRUE(is_running(mark));
  }
  const Deadline deadline = soon();
  while (is_running(mark)) ASSERT_FALSE(deadline.passed());
}

// It has left the process group, the session and its parent.
TEST(Program, IsKilledWithWhatRanAwayFromIt) {
  SKIP_WITHOUT_ROOT();
  const std::string mark = marker();
  {
    Program program = start(shell("setsid sh -c 'sleep " + mark +
                                  " & echo away' & wait; exec sleep 1000"));
    ASSERT_TRUE(await_output(program, "away"));
    ASSERT_TRUE(is_running(mark));
  }
  const Deadline deadline = soon();
  while (is_running(mark)) ASSERT_FALSE(deadline.passed());
}

TEST(Program, ThatIsKilledKeepsWhatItHadSaid) {
  Program program = start(shell("echo begun; exec sleep 1000"));
  ASSERT_TRUE(await_output(program, "begun"));
  program.kill();
  EXPECT_EQ(program.output(), "begun\n");
  EXPECT_EQ(program.exit(), 128 + SIGKILL);
}

TEST(Program, ThatWritesWithoutEndCostsNoMemoryAndNoTime) {
  Program program = start(shell("exec yes"));
  ASSERT_TRUE(await(program, [&] { return program.cut(); }));
  EXPECT_EQ(program.output().size(), Program::largest_output);
  EXPECT_FALSE(program.exit());
}

TEST(Program, StaysItselfWhenItMoves) {
  Program one = start(shell("exec sleep 1000"));
  Program other = start(shell("echo moved; exit 4"));
  one = std::move(other);  // ends the first
  ASSERT_TRUE(await_end(one));
  EXPECT_EQ(one.output(), "moved\n");
  EXPECT_EQ(one.exit(), 4);
}

TEST(Program, DiesWithItsOwnerWhateverKillsThat) {
  const std::string mark = marker();
  Pipe started = make_pipe("that the program runs");
  const pid_t owner = ::fork();
  if (owner == 0) {
    Program program = start(shell("echo started; exec sleep " + mark));
    if (await_output(program, "started"))
      [[maybe_unused]] const auto wrote = ::write(started.write_end.get(), "+", 1);
    for (;;) ::pause();
  }
  char byte = 0;
  ASSERT_EQ(::read(started.read_end.get(), &byte, 1), 1);
  ASSERT_TRUE(is_running(mark));
  ::kill(owner, SIGKILL);
  ::waitpid(owner, nullptr, 0);
  const Deadline deadline = soon();
  while (is_running(mark)) ASSERT_FALSE(deadline.passed());
}

TEST(Program, RunsInItsHostsNetworkAndLeavesUsInOurs) {
  SKIP_WITHOUT_ROOT();
  const ino_t before = Namespace::current().inode();
  const Namespace host = Namespace::create("host");
  Program program = start(shell("readlink /proc/self/ns/net"), host);
  ASSERT_TRUE(await_end(program));
  EXPECT_EQ(program.output(), "net:[" + std::to_string(host.inode()) + "]\n");
  EXPECT_EQ(Namespace::current().inode(), before);
}

}  // namespace
}  // namespace lab
