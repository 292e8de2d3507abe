// SPDX-License-Identifier: MIT
#pragma once

#include <poll.h>

#include <vector>

#include "net/program.hpp"
#include "unit/net/two_hosts.hpp"

namespace lab {

// Calls look() until the condition holds. False: not within the deadline.
template <typename Condition>
bool await(Program& program, Condition condition) {
  const Deadline deadline = soon();
  for (program.look(); !condition(); program.look()) {
    if (deadline.passed()) return false;
    std::vector<pollfd> polled;
    program.watch(polled);
    ::poll(polled.data(), polled.size(), deadline.poll_timeout());
  }
  return true;
}

}  // namespace lab
