// SPDX-License-Identifier: MIT
//
// A PID namespace with its process 1 (pid_namespaces(7)). Processes in it see
// neither this process nor any other outside, and cannot signal or trace them. When
// process 1 ends, the kernel kills all others at once, even a fork bomb.
//
// Process 1 is a copy of this program that only waits. It ends when the thread that
// made the namespace ends (PR_SET_PDEATHSIG).
//
// Threading: use it from the thread that made it.
#pragma once

#include <sys/types.h>

#include "util/fd.hpp"

namespace lab {

class ProcessNamespace {
 public:
  // Needs CAP_SYS_ADMIN, also in the user namespace of our own PID namespace. Throws SystemError.
  ProcessNamespace();
  ProcessNamespace(ProcessNamespace&& other) noexcept;
  ProcessNamespace& operator=(ProcessNamespace&& other) noexcept;
  ~ProcessNamespace();

  // fork(2) of this process into the namespace: 0 in the child; in the parent the
  // child's number as the parent sees it. Throws SystemError.
  pid_t fork() const;

  // Of process 1, as seen from outside.
  pid_t init() const { return init_; }

  // Kills all processes in it. Does not wait: the caller must wait for what fork()
  // made, and then for process 1 with reap(), which returns when nothing is left.
  void kill() const;
  void reap();

 private:
  pid_t init_ = -1;
  Fd process_;  // pidfd_open(2) of process 1
};

}  // namespace lab
