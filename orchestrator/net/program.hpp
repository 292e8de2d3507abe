// SPDX-License-Identifier: MIT
//
// A program that runs inside one of the lab's hosts: the sockets it opens are the
// host's. It dies with us, whatever kills us (PR_SET_PDEATHSIG). It has a PID namespace of its
// own: it can signal only what it has started, and the destructor of Program kills all of that.
// Without CAP_SYS_ADMIN it has none, and the destructor kills its process group; what has left
// that is ended by whoever adopts it (util/descendants.hpp), or with its cgroup
// (util/cgroup.hpp).
//
// Threading: the thread that starts a program must outlive it.
#pragma once

#include <poll.h>
#include <sys/resource.h>
#include <sys/types.h>

#include <optional>
#include <string>
#include <vector>

#include "net/namespace.hpp"
#include "net/result.hpp"
#include "process/process_namespace.hpp"
#include "util/fd.hpp"

namespace lab {

// How far a program is trusted (process/confinement.hpp).
enum class Trust {
  ours,           // has our privileges
  confined,       // a user of its own, without privileges
  confined_root,  // user 0 with the network's capabilities
};

// What to run.
struct Command {
  std::string file;                      // its path
  std::vector<std::string> arguments;    // argv, from argv[0] on
  std::vector<std::string> environment;  // "NAME=value"; nothing else is set
  std::string input;                     // the whole of its standard input
  Trust trust = Trust::ours;
  int cgroup = -1;  // a cgroup.procs that it enters (util/cgroup.hpp); -1: it stays in ours
};

struct Started;

class Program {
 public:
  // What a program writes beyond this is read and discarded.
  static constexpr std::size_t largest_output = 1 << 20;  // bytes
  // RLIMIT_NPROC of one that is not confined: processes and threads of its user. The kernel
  // does not apply it to the user 0.
  static constexpr rlim_t most_processes = 1024;

  // Starts it in the namespace; needs no privilege in our own. An error of execve(2) is
  // a value: ENOENT, EACCES, ENOEXEC. Throws SystemError when it cannot fork or confine
  // the process, EnvironmentError when the namespace may not be entered.
  static Started start(const Namespace& space, const Command& command);

  Program(Program&& other) noexcept;
  Program& operator=(Program&& other) noexcept;
  ~Program() { kill(); }

  // Reads what it has written, and notices its end. Never blocks.
  void look();
  // Adds the descriptors on which poll(2) must wait before look() is worth calling.
  void watch(std::vector<pollfd>& into) const;

  // What it has written to standard output and standard error, in order, as far as
  // look() has read it.
  const std::string& output() const { return output_; }
  bool cut() const { return cut_; }  // there was more than largest_output

  // How it ended: its exit status, or 128 + the signal, as in a shell. Nothing: it is
  // still running.
  std::optional<int> exit() const { return exit_; }

  // Whether it waits for this child of ours: the program, or process 1 of its PID namespace.
  bool owns(pid_t child) const;

  // Signals the program alone, not its children. ESRCH: it has ended.
  Result signal(int number);
  // Stops it and its process group, or lets them go on.
  void pause() const;
  void go_on() const;

  // Kills it and what it has started, and waits for its end.
  void kill();

 private:
  Program(pid_t pid, std::optional<ProcessNamespace> processes, Fd output);
  void take_output();
  void reap();

  pid_t pid_ = -1;  // also of its process group
  std::optional<ProcessNamespace> processes_;
  Fd process_;  // pidfd_open(2); closed when it has ended
  Fd pipe_;     // what it writes
  std::string output_;
  bool cut_ = false;
  std::optional<int> exit_;
};

struct Started {
  int error = 0;  // an errno; 0: it runs
  std::optional<Program> program;
};

}  // namespace lab
