// SPDX-License-Identifier: MIT
#include "play/process.hpp"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <exception>
#include <string_view>

#include "util/error.hpp"
#include "util/pidfd.hpp"
#include "util/pipe.hpp"

namespace lab::play {
namespace {

// In the child. Never returns into the parent's stack.
[[noreturn]] void become(const std::function<void(const Line&)>& work, Fd messages, const Fd& words,
                         pid_t parent) noexcept {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != parent) ::_exit(127);  // it died before we said so
  // Ctrl-C is for the parent, which then ends us; and kill() ends us all together.
  ::setpgid(0, 0);
  sigset_t none;
  sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  const int nothing = ::open("/dev/null", O_RDONLY);
  ::dup2(nothing, STDIN_FILENO);
  ::dup2(words.get(), STDOUT_FILENO);
  ::dup2(words.get(), STDERR_FILENO);
  int status = 0;
  try {
    work(Line(std::move(messages)));
  } catch (const std::exception& error) {
    const std::string_view what = error.what();
    [[maybe_unused]] const auto wrote = ::write(STDERR_FILENO, what.data(), what.size());
    status = 1;
  }
  ::_exit(status);  // not exit(): what stdio and the streams hold is the parent's
}

void never_block(const Fd& pipe) {
  checked(::fcntl(pipe.get(), F_SETFL, O_NONBLOCK), "fcntl", "a job's pipe");
}

}  // namespace

Process::Process(const std::function<void(const Line&)>& work) {
  Pipe messages = make_pipe("a job's messages"), words = make_pipe("a job's words");
  never_block(messages.read_end);
  never_block(words.read_end);
  const pid_t parent = ::getpid();
  pid_ = checked(::fork(), "fork", "a job");
  if (pid_ == 0) become(work, std::move(messages.write_end), words.write_end, parent);
  ::setpgid(pid_, pid_);  // whichever of us two is first
  try {
    end_ = open_pidfd(pid_, "a job");
  } catch (const SystemError&) {
    kill();
    ::waitpid(pid_, nullptr, 0);
    throw;
  }
  messages_ = std::move(messages.read_end);
  words_ = std::move(words.read_end);
}

Process::~Process() {
  if (pid_ < 0) return;
  kill();
  while (::waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) continue;
}

void Process::kill() const { ::kill(-pid_, SIGKILL); }

End Process::reap() {
  siginfo_t how{};
  // Not taken away yet: until then nobody else can be given its group's number.
  while (::waitid(P_PID, static_cast<id_t>(pid_), &how, WEXITED | WNOWAIT) < 0 && errno == EINTR)
    continue;
  kill();
  int status = 0;
  while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) continue;
  pid_ = -1;
  return {WIFEXITED(status) ? WEXITSTATUS(status) : 0, WIFSIGNALED(status) ? WTERMSIG(status) : 0};
}

}  // namespace lab::play
