// SPDX-License-Identifier: MIT
#include "explain/reset_after_answer.hpp"

#include <cerrno>

namespace lab::explain {

Conclusion reset_after_answer() {
  return {"reset-after-answer",
          Answer::rst,
          "the SYN was answered, and the connection then reset: connect() failed with ECONNRESET",
          "look at what answers there: a server that closes what it accepts, or a SYNPROXY or load "
          "balancer whose server refuses",
          {},
          ECONNRESET};
}

}  // namespace lab::explain
