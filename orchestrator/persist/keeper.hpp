// SPDX-License-Identifier: MIT
//
// The process that keeps a lab: the one that has played it. It does not end with the
// play, and still has every socket, program and held packet, so nothing needs to be
// handed over, and `ss` in a host shows the sockets in their last state. SIGTERM ends it
// and all that it holds.
//
//   run ── job of the pool ── the process that plays, in a session of its own
//
// The job ends when the lab is kept. Until then each of the three dies when the one
// to its left does (PR_SET_PDEATHSIG).
#pragma once

#include <functional>

#include "run/run_context.hpp"

namespace lab::persist {

class Keeper {
 public:
  // The lab is complete: lets the process that waits for it end, and waits for SIGTERM.
  // What programs write from then on is lost.
  void stay(run::RunContext& context);

 private:
  friend void play_as_keeper(int kept_fd, const std::function<void(Keeper&)>& play);
  explicit Keeper(int ready_fd) : ready_fd_(ready_fd) {}
  int ready_fd_;  // reports that the lab is complete
};

// Runs `play` in a child that may become a keeper. Returns when the child keeps the lab
// or has succeeded; else this process ends as the child did. The child inherits only
// the standard descriptors and `kept_fd`: a reader of another pipe must not wait for
// the end of the lab. Throws SystemError.
void play_as_keeper(int kept_fd, const std::function<void(Keeper&)>& play);

}  // namespace lab::persist
