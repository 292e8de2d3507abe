// SPDX-License-Identifier: MIT
#include "explain_probe/no_neighbour.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <string>

#include "explain/words.hpp"
#include "explain_probe/probe_words.hpp"
#include "util/error.hpp"

namespace lab::explain {
namespace {

// arp_error_report(), ndisc_error_report(). To oneself no neighbour is needed.
bool is_reported_by_sender(const Probe& probe, const IcmpError& icmp) {
  const bool inet6 = icmp.source.family() == Family::inet6;
  return icmp.code == (inet6 ? IcmpCode{1, 3} : IcmpCode{3, 1}) &&
         icmp.source == probe.source.address && icmp.source != probe.destination.address;
}

std::string show_neighbour(const std::string& netns, const Address& hop) {
  Question where;
  where.netns = netns;
  return command_in(where, fmt::format("ip neigh show {}", hop.str()));
}

// "10.0.0.9", "10.0.0.1, the gateway to 10.0.0.9,"
std::string hop_in_words(const Address& hop, const Address& destination) {
  if (hop == destination) return hop.str();
  return fmt::format("{}, the gateway to {},", hop.str(), destination.str());
}

}  // namespace

std::optional<Conclusion> no_neighbour(const Probe& probe, const Exchange& exchange) {
  if (!exchange.observed || exchange.syns_left > 0) return std::nullopt;
  // Of the one after translation nobody has asked; the error tells of it.
  const auto silent = probe.was_redirected() ? std::nullopt : probe.silent_towards_destination;
  const Address destination = ends_of(probe).back().destination.address;
  const Address hop = silent ? silent->address : destination;
  Conclusion conclusion{"no-neighbour",
                        Answer::nothing,
                        "",
                        "see whether that host is up, the address is right, and no firewall there "
                        "drops ARP or neighbour discovery",
                        {show_neighbour(probe.sender_netns, hop)}};
  const std::string nobody =
      fmt::format("nobody on the link answers for {} (ARP or neighbour discovery)",
                  hop_in_words(hop, destination));
  // Over IPv6 the error is captured, and does not come in, where lo has no IPv6.
  const bool not_told = probe.error == EINPROGRESS || probe.error == ETIMEDOUT;
  if (exchange.icmp && !is_reported_by_sender(probe, *exchange.icmp)) return std::nullopt;
  if (exchange.icmp && !not_told) {
    conclusion.answer = Answer::icmp;
    conclusion.error = icmp_errno(exchange.icmp->code, exchange.icmp->source.family());
    conclusion.summary =
        fmt::format("{}: connect() fails with {}", nobody, errno_name(conclusion.error));
    return conclusion;
  }
  if ((!silent && !exchange.icmp) || !not_told) return std::nullopt;
  conclusion.summary = fmt::format(
      "no SYN left {}: {}. connect() had no error of it while --probe waited: it comes over lo, "
      "and ETIMEDOUT may come first",
      probe.from, nobody);
  return conclusion;
}

namespace {

// What keeps the receiver from answering the SYN keeps it from answering these, too:
// arp_process() answers only where ip_route_input() takes the sender's address, and
// ndisc_recv_ns() only for addresses of the interface that the solicitation comes in on.
bool concerns_discovery(const std::string& cause, Family family) {
  return family == Family::inet ? cause == "reverse-path-filter" || cause == "martian"
                                : cause == "address-on-port";
}

}  // namespace

std::optional<Conclusion> refuses_arp(const Probe& probe, const Exchange& exchange,
                                      const Diagnosis& predicted) {
  const Family family = probe.destination.address.family();
  const auto lost = no_neighbour(probe, exchange);
  if (!lost || !predicted.certain() || !concerns_discovery(predicted.conclusion.cause, family))
    return std::nullopt;
  const auto& silent = probe.silent_towards_destination;
  if (!silent || silent->address != probe.destination.address) return std::nullopt;
  Conclusion conclusion = predicted.conclusion;
  conclusion.answer = lost->answer;
  conclusion.error = lost->error;
  conclusion.summary = fmt::format(
      "no SYN left {}: {} for {} get no answer, since the receiver {}; {}", probe.from,
      family == Family::inet ? "ARP requests" : "neighbour solicitations",
      probe.destination.address.str(),
      family == Family::inet ? "drops them, too, for their source"
                             : "has it on another interface than the one that they come in on",
      predicted.conclusion.summary);
  return conclusion;
}

std::optional<Conclusion> no_neighbour_for_answer(const Probe& probe, const Exchange& exchange,
                                                  Answer predicted,
                                                  const std::vector<std::string>& rules) {
  const auto& silent = probe.silent_towards_source;
  if (!silent || !exchange.observed || exchange.one_host || !exchange.syn_arrived ||
      exchange.reply_left || (!is_success(predicted) && predicted != Answer::rst))
    return std::nullopt;
  const Address source = ends_of(probe).back().source.address;
  Conclusion conclusion{
      "no-neighbour-for-answer",
      Answer::nothing,
      fmt::format("{}: TCP answers, and the answer leaves by {}, where nobody answers for {} (ARP "
                  "or neighbour discovery)",
                  outcome_in_words(probe), silent->device, hop_in_words(silent->address, source)),
      silent->address == source
          ? fmt::format(
                "look at the route back to {}: it must lead to the link on which the SYN came in",
                source.str())
          : fmt::format(
                "see whether the gateway {} is up, and look at the route back to {}: another "
                "router may be meant",
                silent->address.str(), source.str()),
      {show_neighbour(probe.here_netns, silent->address)}};
  if (rules.empty()) return conclusion;
  conclusion.remedy = fmt::format(
      "let {} pass the firewall, where a rule may drop it: {}{}",
      silent->address.family() == Family::inet6 ? "neighbour discovery" : "ARP", rules.front(),
      rules.size() == 1 ? "" : fmt::format(" and {} more", rules.size() - 1));
  Question where;
  where.netns = probe.here_netns;
  conclusion.commands.push_back(command_in(where, "nft -a list ruleset"));
  return conclusion;
}

}  // namespace lab::explain
