// SPDX-License-Identifier: MIT
#include "explain_probe/by_icmp.hpp"

#include <fmt/format.h>

#include <string>

#include "explain_probe/no_neighbour.hpp"
#include "explain_probe/probe_words.hpp"
#include "util/error.hpp"

namespace lab::explain {
namespace {

std::string who_sends_it(const IcmpError& icmp, bool by_host) {
  if (is_time_exceeded(icmp))
    return "the TTL ran out on the way: the routes of two routers lead to each other, or the "
           "sender's TTL is too small";
  return by_host ? "TCP sends no ICMP, so a firewall there rejects it"
                 : "a router on the way, or its firewall, sends that";
}

std::string how_to_mend(const Probe& probe, const IcmpError& icmp, bool by_host) {
  if (is_time_exceeded(icmp))
    return fmt::format(
        "look at the routes to {} at {} and at the routers around it, and at the TTL of the "
        "sender (IP_TTL, ip_default_ttl; IPv6: IPV6_UNICAST_HOPS, hop_limit)",
        probe.destination.address.str(), icmp.source.str());
  return by_host ? list_the_rules : "look at the routes, and at the rules of the firewall, there";
}

}  // namespace

Conclusion by_icmp(const Probe& probe, const Exchange& exchange) {
  Conclusion conclusion{"icmp-refused", Answer::icmp, "", list_the_rules, {}, probe.error};
  if (!exchange.icmp) {
    conclusion.cause = "icmp-or-no-neighbour";
    conclusion.summary = fmt::format(
        "the SYN was sent, and connect() failed with {}: an ICMP "
        "error, or no neighbour has answered",
        errno_name(probe.error));
    return conclusion;
  }
  if (auto silent = no_neighbour(probe, exchange)) return *silent;
  const IcmpError& icmp = *exchange.icmp;
  conclusion.error = icmp_errno(icmp.code, icmp.source.family());
  const bool by_host = icmp.source == probe.destination.address;
  if (by_host && exchange.syn_arrived && !is_time_exceeded(icmp))
    conclusion.commands = rules_of(probe.here_netns);
  conclusion.summary = fmt::format(
      "the SYN was sent, and refused by ICMP {} from {}: connect() fails with {}; {}",
      name_of(icmp), icmp.source.str(), errno_name(conclusion.error), who_sends_it(icmp, by_host));
  conclusion.remedy = how_to_mend(probe, icmp, by_host);
  return conclusion;
}

}  // namespace lab::explain
