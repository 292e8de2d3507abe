// SPDX-License-Identifier: MIT
#include "util/child.hpp"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include <cerrno>
#include <csignal>

namespace lab {
namespace {

constexpr int not_started = 127;  // as in a shell

}  // namespace

void detail::set_up_child(const ChildSettings& settings, pid_t parent) noexcept {
  if (settings.dies_with_us) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (::getppid() != parent) ::_exit(not_started);  // it died before the line above
  }
  if (settings.group == ChildSettings::Group::own) ::setpgid(0, 0);
  if (settings.group == ChildSettings::Group::own_session) ::setsid();
  // Signals that we block would stay blocked in the child, and in what it executes.
  sigset_t none;
  sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  if (settings.reads_nothing) {
    const int nothing = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
    ::dup2(nothing, STDIN_FILENO);
  }
  if (settings.input >= 0) ::dup2(settings.input, STDIN_FILENO);
  if (settings.output >= 0) ::dup2(settings.output, STDOUT_FILENO);
  if (settings.error >= 0) ::dup2(settings.error, STDERR_FILENO);
}

int wait_for_end(pid_t child) {
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) continue;
  return status;
}

int ExecReport::fail() const noexcept {
  const int error = errno;
  [[maybe_unused]] const auto wrote = ::write(pipe_.write_end.get(), &error, sizeof error);
  return not_started;
}

int ExecReport::wait() {
  pipe_.write_end.reset();
  int error = 0;
  ssize_t got;
  do got = ::read(pipe_.read_end.get(), &error, sizeof error);
  while (got < 0 && errno == EINTR);
  return got == sizeof error ? error : 0;
}

}  // namespace lab
