// SPDX-License-Identifier: MIT
//
// One job in a process of its own, which ends with its owner at the latest:
// when this object goes, and, by PR_SET_PDEATHSIG, when the thread that made it
// ends, whatever ends that.
//
// The process is a copy of this one as it stands (fork(2) without exec), so
// make it only in a program that has one thread: a lock that another one holds
// would stay locked in the copy for ever.
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
  // Runs `work` there. It reads nothing, and what it or a program of its prints
  // comes by words(). An exception that leaves it is printed and ends it with
  // status 1. Throws SystemError.
  explicit Process(const std::function<void(const Line&)>& work);
  ~Process();
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  // All three are to be polled for reading, and do not block.
  const Fd& messages() const { return messages_; }  // what it sends by its Line
  const Fd& words() const { return words_; }        // its standard output and error
  const Fd& end() const { return end_; }            // becomes readable when it has ended

  // Ends it, and whatever it has started in its process group, at once.
  void kill() const;
  // Waits for its end, and ends what it has left behind in its process group.
  End reap();

 private:
  pid_t pid_ = -1;
  Fd messages_, words_, end_;
};

}  // namespace lab::play
