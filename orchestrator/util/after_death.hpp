// SPDX-License-Identifier: MIT
//
// What must be done when this process ends, however it ends: also by SIGKILL or the OOM
// killer, which leave it no time.
//
// A child waits until we end, and then does it. It is in a session of its own, where neither
// Ctrl-C nor a kill of our process group reaches it.
//
// Threading: in a program with one thread, because the child is a copy of it (fork(2)).
#pragma once

#include <sys/types.h>

#include <functional>
#include <string_view>
#include <vector>

#include "util/fd.hpp"

namespace lab {

class AfterDeath {
 public:
  // Returns when the child is ready. It has no descriptors but those `kept`, which it finds
  // under the numbers 1, 2 and so on, in this order: others that it held would stay open after
  // our end. `work` must not throw. Before Linux 5.9, which lacks close_range(2), nothing is
  // done at our end. Throws SystemError, which names `object`.
  AfterDeath(std::string_view object, std::vector<int> kept, const std::function<void()>& work);
  // Cancels it: the child ends, and does nothing.
  ~AfterDeath();
  AfterDeath(const AfterDeath&) = delete;
  AfterDeath& operator=(const AfterDeath&) = delete;

  pid_t pid() const { return child_; }

 private:
  pid_t child_ = -1;
  Fd alive_;  // a pipe that closes when we end
};

}  // namespace lab
