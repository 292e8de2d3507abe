// SPDX-License-Identifier: MIT
//
// The process that keeps a lab: the one that has played it. It does not end with the
// play but waits, and still has every socket, program and held packet. So nothing has
// to be handed over, and `ss` in a host shows the sockets in their last state. SIGTERM ends it, and
// with it what it holds.
//
//   run ── job of the pool ── the one that plays, in a session of its own
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
  // What the programs write meanwhile is lost.
  void stay(run::RunContext& context);

 private:
  friend void play_as_keeper(int kept_fd, const std::function<void(Keeper&)>& play);
  explicit Keeper(int ready_fd) : ready_fd_(ready_fd) {}
  int ready_fd_;  // says that the lab is complete
};

// Runs `play` in the process that may become a keeper. Returns when that stays, or
// has ended well; else this process ends as that one did. Of all descriptors that
// this process has open, that one keeps its standard ones and `kept_fd`: who waits
// for the end of some other must not wait for the lab's. Throws SystemError.
void play_as_keeper(int kept_fd, const std::function<void(Keeper&)>& play);

}  // namespace lab::persist
