// SPDX-License-Identifier: MIT
#include "net/program.hpp"

#include <gmock/gmock.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <fstream>
#include <string>
#include <string_view>

#include "unit/net/await_program.hpp"
#include "unit/net/two_hosts.hpp"
#include "util/cgroup.hpp"
#include "util/error.hpp"
#include "util/pipe.hpp"
#include "util/temporary_folder.hpp"
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

bool await_end(Program& program) {
  return await(program, [&] { return program.exit().has_value(); });
}

bool await_output(Program& program, const std::string& text) {
  return await(program, [&] { return program.output().find(text) != std::string::npos; });
}

// An orphan that is not reaped yet counts as dead.
bool is_alive(pid_t pid) {
  if (::kill(pid, 0) != 0) return false;
  try {
    return read_file("/proc/" + std::to_string(pid) + "/stat").find(") Z ") == std::string::npos;
  } catch (const SystemError&) {
    return false;  // gone between the two looks
  }
}

pid_t pid_in(const std::string& output) { return to_integer<pid_t>(words(output).at(0)).value(); }

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

TEST(Program, EndsWith128PlusTheSignal) {
  Program program = start(shell("kill -USR1 $$"));
  ASSERT_TRUE(await_end(program));
  EXPECT_EQ(program.exit(), 128 + SIGUSR1);
}

TEST(Program, ReturnsTheErrorOfAFailedStart) {
  const Namespace here = Namespace::current();
  EXPECT_EQ(Program::start(here, {"/nowhere/knock", {"knock"}, {}, ""}).error, ENOENT);
  EXPECT_EQ(Program::start(here, {"/etc/passwd", {"passwd"}, {}, ""}).error, EACCES);
  EXPECT_EQ(Program::start(here, {"/proc", {"proc"}, {}, ""}).error, EACCES);
  const TemporaryFolder folder;
  const std::string path = folder.path() / "no-program";
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

TEST(Program, IsPausedAndGoesOn) {
  Program busy = start(shell("echo $$; while :; do echo .; done"));
  ASSERT_TRUE(await_output(busy, ".\n"));
  const std::string pid = busy.output().substr(0, busy.output().find('\n'));
  const std::string stat = "/proc/" + pid + "/stat";
  const auto is_stopped = [&] { return read_file(stat).find(") T ") != std::string::npos; };
  const Deadline deadline = soon();
  busy.pause();
  while (!is_stopped()) ASSERT_FALSE(deadline.passed());
  busy.go_on();
  while (is_stopped()) ASSERT_FALSE(deadline.passed());
  busy.pause();
  busy.kill();
  EXPECT_EQ(busy.exit(), 128 + SIGKILL);
}

TEST(Program, HasALimitOfProcesses) {
  rlimit ours{};
  ASSERT_EQ(::getrlimit(RLIMIT_NPROC, &ours), 0);
  const rlim_t wanted = std::min(ours.rlim_max, Program::most_processes);
  Program program = start(shell("cat /proc/self/limits"));
  ASSERT_TRUE(await_end(program));
  const std::size_t line = program.output().find("Max processes");
  ASSERT_NE(line, std::string::npos);
  const auto fields = words(std::string_view(program.output()).substr(line));
  EXPECT_EQ(fields.at(3), std::to_string(wanted)) << "hard";
}

TEST(Program, EntersTheCgroupThatItIsGiven) {
  const auto group = Cgroup::make("lab-test-program-" + std::to_string(::getpid()), 40);
  if (!group) GTEST_SKIP() << "this machine has no cgroup v2 that we may write to";
  Command command = shell("cat /proc/self/cgroup");
  command.cgroup = group->entry().get();
  Program program = start(command);
  ASSERT_TRUE(await_end(program));
  EXPECT_THAT(program.output(), HasSubstr("/lab-test-program-"));
}

TEST(Program, DoesNotInheritBlockedSignals) {
  sigset_t blocked, before;
  sigemptyset(&blocked);
  sigaddset(&blocked, SIGTERM);
  ::sigprocmask(SIG_BLOCK, &blocked, &before);
  Program program = start(shell("kill -TERM $$; echo survived"));
  ::sigprocmask(SIG_SETMASK, &before, nullptr);
  ASSERT_TRUE(await_end(program));
  EXPECT_EQ(program.exit(), 128 + SIGTERM);
}

TEST(Program, EndsWithAllThatItStarted) {
  Program program = start(shell("sleep 1000 & echo $!"));
  ASSERT_TRUE(await_end(program));
  const pid_t child = pid_in(program.output());
  const Deadline deadline = soon();
  while (is_alive(child)) ASSERT_FALSE(deadline.passed());
}

TEST(Program, IsKilledWithItsChildrenByTheDestructor) {
  pid_t shell_pid = 0, child = 0;
  {
    Program program = start(shell("echo $$; sleep 1000 & echo $!; wait"));
    ASSERT_TRUE(await(program, [&] { return words(program.output()).size() == 2; }));
    shell_pid = pid_in(program.output());
    child = to_integer<pid_t>(words(program.output())[1]).value();
    ASSERT_TRUE(is_alive(child));
  }
  EXPECT_FALSE(is_alive(shell_pid));
  const Deadline deadline = soon();
  while (is_alive(child)) ASSERT_FALSE(deadline.passed());
}

TEST(Program, KeepsItsOutputWhenItIsKilled) {
  Program program = start(shell("echo begun; exec sleep 1000"));
  ASSERT_TRUE(await_output(program, "begun"));
  program.kill();
  EXPECT_EQ(program.output(), "begun\n");
  EXPECT_EQ(program.exit(), 128 + SIGKILL);
}

TEST(Program, MayWriteEndlesslyWithoutCost) {
  Program program = start(shell("exec yes"));
  ASSERT_TRUE(await(program, [&] { return program.cut(); }));
  EXPECT_EQ(program.output().size(), Program::largest_output);
  EXPECT_FALSE(program.exit());
}

TEST(Program, CanBeMoved) {
  Program one = start(shell("exec sleep 1000"));
  Program other = start(shell("echo moved; exit 4"));
  one = std::move(other);  // ends the first
  ASSERT_TRUE(await_end(one));
  EXPECT_EQ(one.output(), "moved\n");
  EXPECT_EQ(one.exit(), 4);
}

TEST(Program, DiesWithItsOwnerWhateverKillsThat) {
  Pipe told = make_pipe("the program's number");
  const pid_t owner = ::fork();
  if (owner == 0) {
    Program program = start(shell("echo $$; exec sleep 1000"));
    await_output(program, "\n");
    [[maybe_unused]] const auto wrote =
        ::write(told.write_end.get(), program.output().data(), program.output().size());
    for (;;) ::pause();
  }
  std::string number(32, '\0');
  const ssize_t got = ::read(told.read_end.get(), number.data(), number.size());
  ASSERT_GT(got, 0);
  const pid_t program = pid_in(number.substr(0, static_cast<std::size_t>(got)));
  ASSERT_TRUE(is_alive(program));
  ::kill(owner, SIGKILL);
  ::waitpid(owner, nullptr, 0);
  const Deadline deadline = soon();
  while (is_alive(program)) ASSERT_FALSE(deadline.passed());
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
