// SPDX-License-Identifier: MIT
#include "explain_probe/probe_words.hpp"

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

std::vector<std::string> looks_at_routers(const Probe& probe) {
  std::vector<std::string> commands;
  for (const TracedPlace& place : probe.places) {
    if (place.netns == probe.sender_netns || place.netns == probe.here_netns) continue;
    Question there;
    there.netns = place.netns;
    const bool inet6 = probe.destination.address.family() == Family::inet6;
    commands.push_back(command_in(there, inet6 ? "ip -6 rule" : "ip rule"));
    if (!place.hooks.empty()) commands.push_back(command_in(there, "nft list ruleset"));
  }
  return commands;
}

bool router_may_have_rules(const Probe& probe) {
  bool any = false;
  for (const TracedPlace& place : probe.places) {
    if (place.netns == probe.sender_netns || place.netns == probe.here_netns) continue;
    if (!place.hooks.empty() || !place.complete()) return true;
    any = true;
  }
  // The whole way is known, and nobody is between.
  if (!probe.arrives_name.empty()) return false;
  return !any;
}

std::string name_of(const IcmpError& error) {
  if (error.code == IcmpCode{3, 9} && error.source.family() == Family::inet)
    return "net-prohibited";
  if (error.code == IcmpCode{3, 10} && error.source.family() == Family::inet)
    return "host-prohibited";
  return is_time_exceeded(error) ? "time-exceeded" : error.name();
}

bool is_time_exceeded(const IcmpError& error) {
  const bool inet = error.source.family() == Family::inet;
  return error.code == (inet ? IcmpCode{11, 0} : IcmpCode{3, 0});
}

}  // namespace lab::explain
