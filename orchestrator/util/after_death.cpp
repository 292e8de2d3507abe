// SPDX-License-Identifier: MIT
#include "util/after_death.hpp"

#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>

#include "util/child.hpp"
#include "util/error.hpp"
#include "util/pipe.hpp"

namespace lab {
namespace {

void await_close(int pipe) {
  char nothing;
  while (::read(pipe, &nothing, sizeof nothing) < 0 && errno == EINTR) continue;
}

int wait_and_work(int death, std::vector<int>& kept, const std::function<void()>& work) {
  // Move all out of the way first, in case their numbers are swapped.
  const int first_other_fd = static_cast<int>(kept.size()) + 1;
  const int death_fd = ::fcntl(death, F_DUPFD, first_other_fd);
  for (int& each : kept) each = ::fcntl(each, F_DUPFD, first_other_fd);
  for (int number = 1; const int each : kept) ::dup2(each, number++);
  ::dup2(death_fd, 0);
  // Inherited sockets, too: the parent's close() must be the last, and the write end of
  // our own pipe would keep us waiting.
  if (::syscall(SYS_close_range, first_other_fd, ~0U, 0) != 0) return 1;  // before Linux 5.9
  await_close(0);
  work();
  return 0;
}

}  // namespace

AfterDeath::AfterDeath(std::string_view object, std::vector<int> kept,
                       const std::function<void()>& work) {
  Pipe death = make_pipe(object), ready = make_pipe(object);
  ChildSettings settings;
  settings.group = ChildSettings::Group::own_session;
  settings.dies_with_us = false;
  child_ = fork_child(object, settings,
                      [&] { return wait_and_work(death.read_end.get(), kept, work); });
  alive_ = std::move(death.write_end);
  ready.write_end.reset();
  await_close(ready.read_end.get());  // the child has closed its copy
}

AfterDeath::~AfterDeath() {
  ::kill(child_, SIGKILL);
  wait_for_end(child_);
}

}  // namespace lab
