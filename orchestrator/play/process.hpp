// SPDX-License-Identifier: MIT
//
// One job in its own process. It is killed when this object is destroyed and, by
// PR_SET_PDEATHSIG, when the thread that created it ends.
//
// The process is a copy of this one (fork(2) without exec). Create it only in a program with
// one thread: a lock held by another thread would stay locked in the copy for ever.
#pragma once

#include <sys/types.h>

#include <functional>

#include "play/message.hpp"
#include "util/fd.hpp"

namespace lab::play {

// How a process ended.
struct End {
  int status = 0;  // its exit status
  int signal = 0;  // or the signal that ended it
};

class Process {
 public:
  // Runs `work` in the new process. Its standard input is empty; words() gives what it and its
  // programs print. If `work` throws, the process prints the error and ends with status 1.
  // Throws SystemError.
  explicit Process(const std::function<void(const Line&)>& work);
  ~Process();
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  // Poll them for reading; reads do not block.
  const Fd& messages() const { return messages_; }  // what it sends through its Line
  const Fd& words() const { return words_; }        // its standard output and error
  const Fd& end() const { return end_; }            // becomes readable when it has ended

  pid_t pid() const { return pid_; }
  // Kills it and its process group.
  void kill() const;
  // Waits for its end, then kills what is left in its process group and in the cgroup of its
  // programs (run::cgroup_of_run()).
  End reap();

 private:
  pid_t pid_ = -1;
  Fd messages_, words_, end_;
};

}  // namespace lab::play
