// SPDX-License-Identifier: MIT
#include "explain_probe/reset_after_answer.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <string>

#include "explain_probe/by_rule.hpp"

namespace lab::explain {

Conclusion reset_after_answer(const Probe& probe) {
  if (const std::string rule = rule_that_answers(probe); !rule.empty())
    return {"reset-after-answer",
            Answer::rst,
            fmt::format("{} answered the SYN in the server's place, and the connection was then "
                        "reset: connect() failed with ECONNRESET. So the server behind it refuses, "
                        "or closes what it accepts",
                        rule),
            "ask at the server that is behind it whether somebody listens: orchestrator explain "
            "there",
            {},
            ECONNRESET};
  return {"reset-after-answer",
          Answer::rst,
          "the SYN was answered, and the connection then reset: connect() failed with ECONNRESET",
          "look at what answers there: a server that closes what it accepts, or a SYNPROXY or load "
          "balancer whose server refuses",
          {},
          ECONNRESET};
}

}  // namespace lab::explain
