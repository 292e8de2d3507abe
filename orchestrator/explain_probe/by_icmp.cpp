// SPDX-License-Identifier: MIT
#include "explain_probe/by_icmp.hpp"

#include <fmt/format.h>

#include <optional>
#include <string>

#include "explain_probe/no_neighbour.hpp"
#include "explain_probe/probe_words.hpp"
#include "util/error.hpp"

namespace lab::explain {
namespace {

// ipv4_link_failure(), ip6_link_failure(): a router has got no answer to ARP or neighbour
// discovery.
bool is_host_unreachable(const IcmpError& icmp) {
  return icmp.code == (icmp.source.family() == Family::inet6 ? IcmpCode{1, 3} : IcmpCode{3, 1});
}

// NAT has sent the SYN on, and the error is not of the one that was asked for. Nothing: it may be.
std::optional<Address> unreachable_behind_nat(const Probe& probe, const IcmpError& icmp) {
  if (!probe.was_redirected() || !is_host_unreachable(icmp)) return std::nullopt;
  return ends_of(probe).back().destination.address;
}

std::string who_sends_it(const Probe& probe, const IcmpError& icmp, bool by_host) {
  if (is_time_exceeded(icmp))
    return "the TTL ran out on the way: the routes of two routers lead to each other, or the "
           "sender's TTL is too small";
  if (const auto behind = unreachable_behind_nat(probe, icmp))
    return fmt::format(
        "NAT there sends it to {}, and most likely nobody answers for that address "
        "(ARP or neighbour discovery)",
        behind->str());
  return by_host ? "TCP sends no ICMP, so a firewall there rejects it"
                 : "a router on the way, or its firewall, sends that";
}

std::string how_to_mend(const Probe& probe, const IcmpError& icmp, bool by_host) {
  if (is_time_exceeded(icmp))
    return fmt::format(
        "look at the routes to {} at {} and at the routers around it, and at the TTL of the "
        "sender (IP_TTL, ip_default_ttl; IPv6: IPV6_UNICAST_HOPS, hop_limit)",
        probe.destination.address.str(), icmp.source.str());
  if (const auto behind = unreachable_behind_nat(probe, icmp))
    return fmt::format("see whether {} is up, and whether NAT is meant to send it there",
                       behind->str());
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
  if (by_host && exchange.syn_arrived && !is_time_exceeded(icmp) &&
      !unreachable_behind_nat(probe, icmp))
    conclusion.commands = rules_of(probe.here_netns);
  conclusion.summary =
      fmt::format("the SYN was sent, and refused by ICMP {} from {}: connect() fails with {}; {}",
                  name_of(icmp), icmp.source.str(), errno_name(conclusion.error),
                  who_sends_it(probe, icmp, by_host));
  conclusion.remedy = how_to_mend(probe, icmp, by_host);
  return conclusion;
}

}  // namespace lab::explain
