// SPDX-License-Identifier: MIT
#include "explain_probe/by_router.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <vector>

#include "explain/parts.hpp"
#include "explain/words.hpp"
#include "explain_probe/probe_words.hpp"
#include "util/error.hpp"

namespace lab::explain {
namespace {

std::string with_dots(std::string sysctl) {
  std::ranges::replace(sysctl, '/', '.');
  return sysctl;
}

// Those that have the errno that the route had.
std::vector<const Refusal*> entries_of(const RouterLoss& loss) {
  std::vector<const Refusal*> entries;
  for (const Refusal& each : loss.refusals)
    if (errno_of(each) == loss.error) entries.push_back(&each);
  return entries;
}

std::string what_refuses(const RouterLoss& loss) {
  const auto entries = entries_of(loss);
  const std::string destination = loss.destination.str();
  if (entries.empty() && loss.error == ENETUNREACH)
    return fmt::format("{} has no route to {}", loss.name, destination);
  if (entries.empty())
    return fmt::format("routing in {} refuses {} ({})", loss.name, destination,
                       errno_name(loss.error));
  std::string all;
  for (const Refusal* each : entries)
    all += fmt::format("{}\"{}\"", all.empty() ? "" : " or ", each->text);
  return fmt::format("{} is what {} has for {}", all, loss.name, destination);
}

// "network namespace r does not forward what comes in on s0 (net.ipv4.ip_forward is 0)"
std::string loss_in_words(const RouterLoss& loss) {
  switch (loss.why) {
    case RouterLoss::Why::does_not_forward:
      return fmt::format("{} does not forward what comes in on {} ({} is 0)", loss.name,
                         loss.device, with_dots(loss.sysctl));
    case RouterLoss::Why::reverse_path_filter:
      return fmt::format(
          "the reverse path filter of {} drops it: it comes in on {}, and the route to {} does not "
          "lead there",
          loss.name, loss.device, loss.source.str());
    case RouterLoss::Why::silent_neighbour:
      return fmt::format(
          "{} sends it on by {}, where nobody answers for {} (ARP or neighbour discovery)",
          loss.name, loss.silent->device, loss.silent->address.str());
    case RouterLoss::Why::refused:
      break;
  }
  return what_refuses(loss);
}

struct Remedy {
  std::string text;
  std::vector<std::string> commands;
};

Remedy remedy_of(const RouterLoss& loss) {
  Question there;
  there.netns = loss.netns;
  const bool inet6 = loss.destination.family() == Family::inet6;
  switch (loss.why) {
    case RouterLoss::Why::does_not_forward:
      return {"let it forward", {command_in(there, sysctl_command(loss.sysctl, "1"))}};
    case RouterLoss::Why::reverse_path_filter:
      return {fmt::format("give {} a route over {}, or make the filter loose", loss.source.str(),
                          loss.device),
              {command_in(there, sysctl_command(loss.sysctl, "2"))}};
    case RouterLoss::Why::silent_neighbour:
      return {
          fmt::format("see whether {} is up, and whether the route to {} leads to the right link",
                      loss.silent->address.str(), loss.destination.str()),
          {command_in(there, fmt::format("ip neigh show {}", loss.silent->address.str()))}};
    case RouterLoss::Why::refused:
      break;
  }
  const auto entries = entries_of(loss);
  if (entries.size() == 1)
    return {"remove it if it is not meant", {command_in(there, entries.front()->remove)}};
  const char* show = inet6 ? "ip -6 route" : "ip route";
  if (entries.empty())
    return {fmt::format("give it a route to {}", loss.destination.str()),
            {command_in(there, show)}};
  return {"remove what is not meant",
          {command_in(there, show), command_in(there, inet6 ? "ip -6 rule" : "ip rule")}};
}

Conclusion lost(const Probe& probe, const RouterLoss& loss, const char* cause,
                const std::string& before) {
  Remedy remedy = remedy_of(loss);
  return {cause, Answer::nothing,
          fmt::format("{}: {}, and {}", outcome_in_words(probe), before, loss_in_words(loss)),
          std::move(remedy.text), std::move(remedy.commands)};
}

bool is_answer(const Endpoint& from, const Endpoint& to, const Probe& probe) {
  const auto ends = ends_of(probe);
  return std::ranges::find(ends, Ends{to, from}) != ends.end();
}

// It was seen to come into the namespace that is asked about, which is on its way.
bool answer_came_in(const Probe& probe) {
  return std::ranges::any_of(probe.packets, [&](const Packet& packet) {
    return packet.host == Probe::here && !packet.outgoing && packet.segment &&
           is_answer(packet.segment->source, packet.segment->destination, probe);
  });
}

// What a router has sent to the one that answered.
const IcmpError* error_about_answer(const Probe& probe) {
  for (const Packet& packet : probe.packets)
    if (packet.host == Probe::here && !packet.outgoing && packet.icmp && packet.icmp->about &&
        icmp_errno(packet.icmp->code, packet.icmp->source.family()) != 0 &&
        is_answer(packet.icmp->about->source, packet.icmp->about->destination, probe))
      return &*packet.icmp;
  return nullptr;
}

Conclusion refused_by_icmp(const Probe& probe, const IcmpError& icmp) {
  Question here;
  here.netns = probe.here_netns;
  const std::string source = ends_of(probe).back().source.address.str();
  const bool inet6 = icmp.source.family() == Family::inet6;
  Conclusion conclusion{
      "answer-lost", Answer::nothing,
      fmt::format("{}: an answer was sent, and {} has refused it by ICMP {}",
                  outcome_in_words(probe), icmp.source.str(), name_of(icmp)),
      fmt::format("look at the routes to {}, and at the rules of the firewall, at {}", source,
                  icmp.source.str())};
  if (!is_time_exceeded(icmp)) return conclusion;
  conclusion.remedy = fmt::format(
      "give the answer a greater {}; this shows what its route and this namespace give it, and the "
      "listener may have another one ({})",
      inet6 ? "hop limit" : "TTL", inet6 ? "IPV6_UNICAST_HOPS" : "IP_TTL");
  conclusion.commands = {command_in(here, fmt::format("ip route get {}", source))};
  if (!inet6) conclusion.commands.push_back(command_in(here, "sysctl net.ipv4.ip_default_ttl"));
  return conclusion;
}

}  // namespace

std::optional<Conclusion> lost_at_router(const Probe& probe, const Exchange& exchange,
                                         Answer answer) {
  if (!exchange.observed || answer != Answer::nothing || exchange.syns_left == 0)
    return std::nullopt;
  // A router that is asked about sees the SYN before it is lost there.
  if (const auto& loss = probe.loses_syn;
      loss && (!exchange.syn_arrived || loss->netns == probe.here_netns))
    return lost(probe, *loss, "lost-on-the-way", fmt::format("the SYN left {}", probe.from));
  if (exchange.one_host || exchange.reply_arrived) return std::nullopt;
  const auto& loss = probe.loses_answer;
  const bool was_sent =
      exchange.reply_left || (loss && loss->netns == probe.here_netns && answer_came_in(probe));
  if (!was_sent) return std::nullopt;
  if (loss) return lost(probe, *loss, "answer-lost", "an answer was sent");
  if (const IcmpError* icmp = error_about_answer(probe)) return refused_by_icmp(probe, *icmp);
  return std::nullopt;
}

Conclusion silent_behind_router(const Probe& probe, Conclusion silent) {
  if (!probe.loses_answer || silent.answer != Answer::nothing) return silent;
  Remedy remedy = remedy_of(*probe.loses_answer);
  silent.summary +=
      fmt::format("; an answer would be lost: {}", loss_in_words(*probe.loses_answer));
  silent.remedy = std::move(remedy.text);
  silent.commands = std::move(remedy.commands);
  return silent;
}

}  // namespace lab::explain
