// SPDX-License-Identifier: MIT
#include "net/program.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <iterator>
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

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

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

// Of the process with this command line, as this process sees it: the program sees another, in a
// PID namespace of its own. 0: there is none.
pid_t pid_of(const std::string& command_line) {
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator("/proc", error)) {
    const auto pid = to_integer<pid_t>(entry.path().filename().string());
    if (!pid || !is_alive(*pid)) continue;
    std::ifstream file(entry.path() / "cmdline");
    std::string words{std::istreambuf_iterator<char>(file), {}};
    std::ranges::replace(words, '\0', ' ');
    if (words == command_line + " ") return *pid;
  }
  return 0;
}

// A command that nobody else runs: "sleep 1000.4711".
std::string own_sleep() { return fmt::format("sleep 1000.{}", ::getpid()); }

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
  const std::string script = fmt::format("while :; do echo .{}; done", ::getpid());
  Program busy = start(shell(script));
  ASSERT_TRUE(await_output(busy, "."));
  const std::string stat = fmt::format("/proc/{}/stat", pid_of("sh -c " + script));
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
  Program program = start(shell(own_sleep() + " & read line"));
  ASSERT_TRUE(await_end(program));
  const Deadline deadline = soon();
  while (pid_of(own_sleep()) != 0) ASSERT_FALSE(deadline.passed());
}

// Signal 0, which would do no harm.
TEST(Program, CannotSignalUs) {
  SKIP_WITHOUT_ROOT();
  Program program =
      start(shell(fmt::format("kill -0 {} && echo may; kill -0 $$ && echo itself; "
                              "read name < /proc/1/comm; echo $name",
                              ::getpid())));
  ASSERT_TRUE(await_end(program));
  EXPECT_THAT(program.output(), Not(HasSubstr("may")));
  EXPECT_THAT(program.output(), AllOf(HasSubstr("itself\n"), HasSubstr("program-init\n")));
}

// It names what a program must not know: hidden scenarios, parameters, reports.
TEST(Program, CannotReadOurCommandLine) {
  SKIP_WITHOUT_ROOT();
  Program program =
      start(shell("read name < /proc/1/comm; echo $name; tr -d '\\0' < /proc/1/cmdline"));
  ASSERT_TRUE(await_end(program));
  EXPECT_EQ(program.output(), "program-init\n");
  EXPECT_FALSE(read_file("/proc/self/cmdline").empty());
}

TEST(Program, IsKilledWithItsChildrenByTheDestructor) {
  pid_t shell_pid = 0;
  {
    const std::string script = own_sleep() + " & echo begun; wait";
    Program program = start(shell(script));
    ASSERT_TRUE(await_output(program, "begun"));
    shell_pid = pid_of("sh -c " + script);
    const Deadline deadline = soon();
    while (pid_of(own_sleep()) == 0) ASSERT_FALSE(deadline.passed());
    ASSERT_TRUE(is_alive(shell_pid));
  }
  EXPECT_FALSE(is_alive(shell_pid));
  const Deadline deadline = soon();
  while (pid_of(own_sleep()) != 0) ASSERT_FALSE(deadline.passed());
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
  const Pipe begun = make_pipe("a program's beginning");
  const std::string command = own_sleep();
  const pid_t owner = ::fork();
  if (owner == 0) {
    Program program = start(shell("echo begun; exec " + command));
    await_output(program, "begun");
    [[maybe_unused]] const auto wrote = ::write(begun.write_end.get(), "+", 1);
    for (;;) ::pause();
  }
  char sign = 0;
  ASSERT_EQ(::read(begun.read_end.get(), &sign, 1), 1);
  const Deadline deadline = soon();
  pid_t program = 0;
  while ((program = pid_of(command)) == 0) ASSERT_FALSE(deadline.passed());
  ::kill(owner, SIGKILL);
  ::waitpid(owner, nullptr, 0);
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
