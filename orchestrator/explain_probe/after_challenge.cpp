// SPDX-License-Identifier: MIT
#include "explain_probe/after_challenge.hpp"

#include <fmt/format.h>

namespace lab::explain {

Conclusion after_challenge(const Probe& probe, const Diagnosis& predicted, Answer answer) {
  Conclusion conclusion = predicted.conclusion;
  if (answer == Answer::ack || answer == Answer::nothing) return conclusion;
  conclusion.answer = answer;
  conclusion.error = probe.error;
  conclusion.summary = fmt::format(
      "the SYN got an ACK for the connection that was in the way (RFC 5961, section 4), the "
      "sender's RST ended that, and the SYN sent again was {} (RFC 9293, 3.5.1). The old "
      "connection is gone now",
      is_success(answer) ? "answered: connected" : "refused");
  conclusion.remedy.clear();
  conclusion.commands.clear();
  return conclusion;
}

}  // namespace lab::explain
