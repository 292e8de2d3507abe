// SPDX-License-Identifier: MIT
//
// What a process has started is ended by it, wherever that went. Each test does so in a process
// of its own, since it adopts orphans.
#include "util/descendants.hpp"

#include <gmock/gmock.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "util/error.hpp"
#include "util/pipe.hpp"
#include "util/text.hpp"

namespace lab {
namespace {

Deadline soon() { return Deadline(std::chrono::seconds(20)); }

// Runs `work` in a child; true if it returns true.
bool holds_in_a_child(const std::function<bool()>& work) {
  const pid_t child = ::fork();
  if (child == 0) ::_exit(work() ? 0 : 1);
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) continue;
  return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

// A shell with these words on its standard output.
pid_t start_shell(const std::string& text, const Pipe& output, uid_t user = ::getuid()) {
  const pid_t child = ::fork();
  if (child != 0) return child;
  ::setpgid(0, 0);
  ::dup2(output.write_end.get(), STDOUT_FILENO);
  if (user != ::getuid() && ::setuid(user) != 0) ::_exit(126);
  ::execl("/bin/sh", "sh", "-c", text.c_str(), nullptr);
  ::_exit(127);
}

// The first numbers that come out of the pipe.
std::vector<pid_t> numbers_in(const Pipe& output, std::size_t count) {
  std::string text;
  for (char letter; words(text).size() < count || !text.ends_with('\n');)
    if (::read(output.read_end.get(), &letter, 1) == 1) text += letter;
  std::vector<pid_t> numbers;
  for (const std::string_view word : words(text)) numbers.push_back(*to_integer<pid_t>(word));
  return numbers;
}

bool is_there(pid_t pid) { return ::kill(pid, 0) == 0 || errno != ESRCH; }

void wait_for(pid_t child) {
  while (::waitpid(child, nullptr, 0) < 0 && errno == EINTR) continue;
}

TEST(Descendants, AreEndedWhereverTheyWent) {
  EXPECT_TRUE(holds_in_a_child([] {
    adopt_orphans();
    const Pipe output = make_pipe("a test");
    // Another session; a double fork; a child of one that has left.
    wait_for(start_shell("setsid sh -c 'echo $$; sleep 1000 & echo $!; wait' & "
                         "(sleep 1000 & echo $!)",
                         output));
    const std::vector<pid_t> numbers = numbers_in(output, 3);
    for (const pid_t each : numbers)
      if (!is_there(each)) return false;
    if (!end_descendants({}, soon())) return false;
    for (const pid_t each : numbers)
      if (is_there(each)) return false;
    return true;
  }));
}

TEST(Descendants, AreSparedIfAsked) {
  EXPECT_TRUE(holds_in_a_child([] {
    adopt_orphans();
    const Pipe output = make_pipe("a test");
    const pid_t spared = start_shell("sleep 1000 & echo $!; wait", output);
    const pid_t its_child = numbers_in(output, 1).front();
    const pid_t other = start_shell("echo $$; exec sleep 1000", output);
    numbers_in(output, 1);
    const bool ended = end_descendants({spared}, soon());
    const bool right = is_there(spared) && is_there(its_child) && !is_there(other);
    return end_descendants({}, soon()) && ended && right && !is_there(spared);
  }));
}

// exec leaves a program the children of the shell that it was.
TEST(Descendants, ThatWereThereBeforeAreSpared) {
  EXPECT_TRUE(holds_in_a_child([] {
    const Pipe output = make_pipe("a test");
    const pid_t earlier = start_shell("echo $$; exec sleep 1000", output);
    numbers_in(output, 1);
    adopt_orphans();
    const pid_t other = start_shell("echo $$; exec sleep 1000", output);
    numbers_in(output, 1);
    const bool right = end_descendants({}, soon()) && is_there(earlier) && !is_there(other);
    ::kill(earlier, SIGKILL);
    wait_for(earlier);
    return right;
  }));
}

TEST(Descendants, ThatAreCopiesOfThisProgramEndByThemselves) {
  EXPECT_TRUE(holds_in_a_child([] {
    adopt_orphans();
    const pid_t copy = ::fork();
    if (copy == 0)
      for (;;) ::pause();
    const bool spared = end_descendants({}, soon()) && is_there(copy);
    ::kill(copy, SIGKILL);
    wait_for(copy);
    return spared;
  }));
}

TEST(Descendants, AreReapedWhenTheyEnd) {
  EXPECT_TRUE(holds_in_a_child([] {
    adopt_orphans();
    const Pipe output = make_pipe("a test");
    wait_for(start_shell("(true & echo $!) & wait", output));
    const pid_t orphan = numbers_in(output, 1).front();
    const Deadline deadline = soon();
    while (is_there(orphan) && !deadline.passed()) reap_orphans([](pid_t) { return false; });
    return !is_there(orphan);
  }));
}

TEST(Descendants, OfAProcessThatHasNotAdoptedThemAreNotReaped) {
  EXPECT_TRUE(holds_in_a_child([] {
    const Pipe output = make_pipe("a test");
    const pid_t child = start_shell("exit 7", output);
    siginfo_t ended{};
    ::waitid(P_PID, static_cast<id_t>(child), &ended, WEXITED | WNOWAIT);
    reap_orphans([](pid_t) { return false; });
    int status = 0;
    return ::waitpid(child, &status, 0) == child && WEXITSTATUS(status) == 7;
  }));
}

// Of a user that has no other processes, nor another test beside this one, so that the limit holds
// for the bomb alone.
bool defuses(const std::string& bomb) {
  constexpr uid_t first_user = 1'000'000'000;
  const uid_t user = first_user + static_cast<uid_t>(::getpid());
  const std::string its_status = "\t" + std::to_string(user) + "\t";
  const Pipe output = make_pipe("a test");
  const rlimit processes{60, 60};
  ::setrlimit(RLIMIT_NPROC, &processes);
  adopt_orphans();
  start_shell("echo $$; " + bomb, output, user);
  numbers_in(output, 1);
  if (!end_descendants({}, soon())) return false;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator("/proc", error)) {
    const auto pid = to_integer<pid_t>(entry.path().filename().string());
    if (!pid) continue;
    try {
      if (read_file(entry.path() / "status").find(its_status) != std::string::npos) return false;
    } catch (const SystemError&) {  // gone between the two looks
    }
  }
  return true;
}

TEST(Descendants, OfAForkBombAreEnded) {
  if (::geteuid() != 0) GTEST_SKIP() << "needs root: the bomb has a user of its own";
  EXPECT_TRUE(holds_in_a_child([] { return defuses("b() { b | b & }; b; while :; do :; done"); }));
}

TEST(Descendants, OfAForkBombInManySessionsAreEnded) {
  if (::geteuid() != 0) GTEST_SKIP() << "needs root: the bomb has a user of its own";
  EXPECT_TRUE(holds_in_a_child([] {
    return defuses(
        "b='setsid sh -c \"$B\" & setsid sh -c \"$B\" & while :; do :; done'; "
        "export B=\"$b\"; eval \"$b\"");
  }));
}

}  // namespace
}  // namespace lab
