// SPDX-License-Identifier: MIT
#include "explain/probe_words.hpp"

#include <fmt/format.h>

#include <cerrno>

#include "explain/words.hpp"
#include "util/error.hpp"

namespace lab::explain {

std::string outcome_in_words(const Probe& probe) {
  switch (probe.error) {
    case 0:
      return "the probe was answered";
    case ECONNREFUSED:
      return "the probe was refused";
    case EINPROGRESS:
    case ETIMEDOUT:
      return "the probe got no answer";
    default:
      return fmt::format("connect() failed with {}", errno_name(probe.error));
  }
}

std::vector<std::string> rules_of(const std::string& netns) {
  Question question;
  question.netns = netns;
  return {command_in(question, "nft list ruleset")};
}

}  // namespace lab::explain
