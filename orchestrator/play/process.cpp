// SPDX-License-Identifier: MIT
#include "play/process.hpp"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <csignal>
#include <exception>
#include <string_view>

#include "run/run_context.hpp"
#include "util/cgroup.hpp"
#include "util/child.hpp"
#include "util/clock.hpp"
#include "util/error.hpp"
#include "util/pidfd.hpp"
#include "util/pipe.hpp"

namespace lab::play {
namespace {

// Runs in the child. Prints an exception that `work` throws.
int run_work(const std::function<void(const Line&)>& work, Fd messages) noexcept try {
  work(Line(std::move(messages)));
  return 0;
} catch (const std::exception& error) {
  const std::string_view what = error.what();
  [[maybe_unused]] const auto wrote = ::write(STDERR_FILENO, what.data(), what.size());
  return 1;
}

void never_block(const Fd& pipe) {
  checked(::fcntl(pipe.get(), F_SETFL, O_NONBLOCK), "fcntl", "a job's pipe");
}

}  // namespace

Process::Process(const std::function<void(const Line&)>& work) {
  Pipe messages = make_pipe("a job's messages"), words = make_pipe("a job's words");
  never_block(messages.read_end);
  never_block(words.read_end);
  // In its own group: Ctrl-C reaches only us, and kill() reaches the whole group.
  ChildSettings settings;
  settings.group = ChildSettings::Group::own;
  settings.reads_nothing = true;
  settings.output = settings.error = words.write_end.get();
  pid_ =
      fork_child("a job", settings, [&] { return run_work(work, std::move(messages.write_end)); });
  try {
    end_ = open_pidfd(pid_, "a job");
  } catch (const SystemError&) {
    kill();
    wait_for_end(pid_);
    throw;
  }
  messages_ = std::move(messages.read_end);
  words_ = std::move(words.read_end);
}

Process::~Process() {
  if (pid_ < 0) return;
  kill();
  reap();
}

void Process::kill() const { ::kill(-pid_, SIGKILL); }

End Process::reap() {
  siginfo_t how{};
  // Kill the group before reaping the child: until then its number cannot be reused.
  while (::waitid(P_PID, static_cast<id_t>(pid_), &how, WEXITED | WNOWAIT) < 0 && errno == EINTR)
    continue;
  kill();
  Cgroup::clear(run::cgroup_of_run(pid_), Deadline(std::chrono::seconds(5)));
  const int status = wait_for_end(pid_);
  pid_ = -1;
  return {WIFEXITED(status) ? WEXITSTATUS(status) : 0, WIFSIGNALED(status) ? WTERMSIG(status) : 0};
}

}  // namespace lab::play
