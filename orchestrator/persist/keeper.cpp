// SPDX-License-Identifier: MIT
#include "persist/keeper.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <exception>
#include <initializer_list>
#include <vector>

#include "util/child.hpp"
#include "util/error.hpp"
#include "util/pipe.hpp"

namespace lab::persist {
namespace {

// Everything but the standard ones and these.
void close_others(std::vector<int> kept) {
  std::ranges::sort(kept);
  unsigned from = STDERR_FILENO + 1;
  for (const int fd : kept) {
    const auto number = static_cast<unsigned>(fd);
    if (number > from) checked(::syscall(SYS_close_range, from, number - 1, 0), "close_range", "");
    from = std::max(from, number + 1);
  }
  checked(::syscall(SYS_close_range, from, ~0U, 0), "close_range", "");
}

void turn_to_nothing() {
  const Fd nothing(checked(::open("/dev/null", O_RDWR | O_CLOEXEC), "open", "/dev/null"));
  for (const int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) ::dup2(nothing.get(), fd);
}

// In the child. The exit status.
int keep(int kept_fd, int ready_fd, const std::function<void(int)>& play) noexcept try {
  close_others({kept_fd, ready_fd});
  play(ready_fd);
  return 0;
} catch (const std::exception& error) {
  std::fprintf(stderr, "%s\n", error.what());
  std::fflush(stderr);
  return 1;
}

// As the process of the play has ended.
[[noreturn]] void end_alike(int status) {
  if (WIFSIGNALED(status)) {
    ::signal(WTERMSIG(status), SIG_DFL);
    ::kill(::getpid(), WTERMSIG(status));
  }
  ::_exit(WIFEXITED(status) ? WEXITSTATUS(status) : 1);
}

// Becomes readable when one of these signals has come, which then does nothing else.
Fd notice_of(std::initializer_list<int> wanted) {
  sigset_t signals;
  sigemptyset(&signals);
  for (const int signal : wanted) sigaddset(&signals, signal);
  checked(::sigprocmask(SIG_BLOCK, &signals, nullptr), "sigprocmask", "a keeper");
  return Fd(checked(::signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK), "signalfd", "a keeper"));
}

void take_signals(const Fd& notice) {
  signalfd_siginfo taken;
  while (::read(notice.get(), &taken, sizeof taken) == sizeof taken) continue;
}

}  // namespace

void Keeper::stay(run::RunContext& context) {
  const Fd ended = notice_of({SIGTERM, SIGINT, SIGHUP}), children = notice_of({SIGCHLD});
  turn_to_nothing();
  ::prctl(PR_SET_NAME, "lab-keeper");
  ::prctl(PR_SET_PDEATHSIG, 0);
  constexpr char ready = 'r';
  checked(::write(ready_fd_, &ready, 1), "write", "the play's pipe");
  for (;;) {
    context.reap_ended_orphans();
    std::vector<pollfd> polled{{ended.get(), POLLIN, 0}, {children.get(), POLLIN, 0}};
    for (auto& [name, running] : context.programs) {
      running.program.look();
      running.program.watch(polled);
    }
    if (::poll(polled.data(), polled.size(), -1) < 0 && errno != EINTR) throw_errno("poll", "");
    if (polled.front().revents != 0) return;
    take_signals(children);
  }
}

void play_as_keeper(int kept_fd, const std::function<void(Keeper&)>& play) {
  Pipe ready = make_pipe("a kept lab");
  ChildSettings settings;
  settings.group = ChildSettings::Group::own_session;
  const pid_t child = fork_child("a kept lab", settings, [&] {
    return keep(kept_fd, ready.write_end.get(), [&](int fd) {
      Keeper keeper(fd);
      play(keeper);
    });
  });
  ready.write_end.reset();
  char word = 0;
  ssize_t got;
  do got = ::read(ready.read_end.get(), &word, 1);
  while (got < 0 && errno == EINTR);
  if (got == 1) return;
  const int status = wait_for_end(child);
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) end_alike(status);
}

}  // namespace lab::persist
