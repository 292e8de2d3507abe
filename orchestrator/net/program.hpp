// SPDX-License-Identifier: MIT
//
// A program that runs inside one of the lab's hosts: whatever sockets it opens
// are the host's. It dies with us, whatever kills us (PR_SET_PDEATHSIG), and is
// ended with all that it has started when its Program goes. Only what it has
// started itself outlives us when we are killed by SIGKILL; of a confined program
// nothing does.
//
// Threading: the one that starts a program must live as long as it shall.
#pragma once

#include <poll.h>
#include <sys/types.h>

#include <optional>
#include <string>
#include <vector>

#include "net/namespace.hpp"
#include "net/process_namespace.hpp"
#include "net/result.hpp"
#include "util/fd.hpp"

namespace lab {

// How far a program is trusted (net/confinement.hpp).
enum class Trust {
  ours,           // it is as we are
  confined,       // a user of its own, without privileges
  confined_root,  // user 0 with the network's capabilities
};

// What to run.
struct Command {
  std::string file;                      // its path
  std::vector<std::string> arguments;    // argv, from argv[0] on
  std::vector<std::string> environment;  // "NAME=value"; it gets no other
  std::string input;                     // what its standard input holds, and then its end
  Trust trust = Trust::ours;
};

struct Started;

class Program {
 public:
  // More than this of what a program writes is read and thrown away.
  static constexpr std::size_t largest_output = 1 << 20;  // bytes

  // Starts it in the namespace; to start one where we are needs no privilege.
  // An error that execve(2) gives is a value: ENOENT, EACCES, ENOEXEC. Throws
  // SystemError when there can be no process or it cannot be confined,
  // EnvironmentError when the namespace may not be entered.
  static Started start(const Namespace& space, const Command& command);

  Program(Program&& other) noexcept;
  Program& operator=(Program&& other) noexcept;
  ~Program() { kill(); }

  // Takes what it has written, and notices its end. Never blocks.
  void look();
  // Adds what poll(2) must watch to know when look() has something to see.
  void watch(std::vector<pollfd>& into) const;

  // What it has written to standard output and standard error, in the order in
  // which it wrote, as far as look() has seen.
  const std::string& output() const { return output_; }
  bool cut() const { return cut_; }  // there was more than largest_output

  // How it ended: its exit status, or 128 + the signal, as a shell has it.
  // Nothing: it is still running.
  std::optional<int> exit() const { return exit_; }

  // To the program alone, not to what it has started. ESRCH: it has ended.
  Result signal(int number);
  // Ends it and all that it has started at once, and waits for that.
  void kill();

 private:
  Program(pid_t pid, std::optional<ProcessNamespace> processes, Fd output);
  void take_output();
  void reap();

  pid_t pid_ = -1;  // also of its process group
  std::optional<ProcessNamespace> processes_;  // of a confined one
  Fd process_;      // pidfd_open(2); closed when it has ended
  Fd pipe_;         // what it writes
  std::string output_;
  bool cut_ = false;
  std::optional<int> exit_;
};

struct Started {
  int error = 0;  // an errno; 0: it runs
  std::optional<Program> program;
};

}  // namespace lab
