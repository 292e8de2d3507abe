// SPDX-License-Identifier: MIT
//
// Child processes: fork(2), and what each child sets up before it does its work. In a
// program with threads the child may call only what is safe in a signal handler: nothing
// here allocates memory after fork().
#pragma once

#include <sys/types.h>
#include <unistd.h>

#include <string_view>
#include <utility>

#include "util/error.hpp"
#include "util/pipe.hpp"

namespace lab {

struct ChildSettings {
  // ours: Ctrl-C and a kill of our process group reach it, too. own: they do not.
  enum class Group { ours, own, own_session };
  Group group = Group::ours;
  // PR_SET_PDEATHSIG: the child is killed when the thread that made it ends, for any reason.
  bool dies_with_us = true;
  // Descriptors that become its standard input, output and error; -1: the same as ours.
  int input = -1, output = -1, error = -1;
  bool reads_nothing = false;  // standard input is /dev/null
};

namespace detail {
// In the child: ends it if its parent has already died.
void set_up_child(const ChildSettings& settings, pid_t parent) noexcept;
}  // namespace detail

// Makes a child that runs `work` and ends with the exit status that it returns, without
// running exit handlers: what stdio and streams hold is the parent's. `work` must not
// throw. Returns its process id. Throws SystemError, which names `object`.
template <typename Work>
pid_t fork_child(std::string_view object, const ChildSettings& settings, Work&& work) {
  const pid_t parent = ::getpid();
  const pid_t child = checked(::fork(), "fork", object);
  if (child == 0) {
    detail::set_up_child(settings, parent);
    ::_exit(std::forward<Work>(work)());
  }
  // Parent and child both set it, because either may run first.
  if (settings.group == ChildSettings::Group::own) ::setpgid(child, child);
  return child;
}

// Waits until the child ends; returns its status as waitpid(2) does.
int wait_for_end(pid_t child);

// Reports to a parent whether its child's exec(3) worked.
class ExecReport {
 public:
  explicit ExecReport(std::string_view object) : pipe_(make_pipe(object)) {}

  // In the child, after a failed exec: sends errno. Returns the exit status.
  int fail() const noexcept;
  // In the parent: waits for the result. The errno of the exec; 0: it worked.
  int wait();

 private:
  Pipe pipe_;  // exec closes the child's end
};

}  // namespace lab
