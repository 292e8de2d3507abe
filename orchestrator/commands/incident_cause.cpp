// SPDX-License-Identifier: MIT
#include "commands/incident_cause.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <stdexcept>

#include "collect/facts.hpp"

namespace lab::commands {
namespace {

// A client that retries repeats the same question; reuse the answer for this long.
constexpr std::chrono::seconds conclusion_holds{1};
constexpr std::size_t most_known = 1024;

// TCP there would have answered.
explain::Conclusion refused_all_the_same(const Incident& incident) {
  return {"firewall",
          explain::Answer::rst,
          fmt::format("a socket listens on {} and would have answered: a firewall has most likely "
                      "refused the SYN, or the server was started a moment ago",
                      incident.remote.str()),
          "look for the rule, in the namespace that has the address",
          {"nft list ruleset"}};
}

}  // namespace

IncidentCause::IncidentCause(const Namespace& here, std::string netns)
    : here_(here), netns_(std::move(netns)) {}

std::optional<explain::Conclusion> IncidentCause::find(const Incident& incident,
                                                       collect::PeerProcesses& peers) {
  if (incident.is_refusal()) {
    auto conclusion = diagnose(here_, netns_, incident.local, incident.remote);
    if (conclusion && conclusion->answer == explain::Answer::rst) return conclusion;
    return std::nullopt;
  }
  if (incident.kind != Incident::Kind::connect_failed) return std::nullopt;
  const auto place = peers.place_of(incident.remote.address);
  if (!place) return std::nullopt;
  const bool was_refused = incident.error == ECONNREFUSED;
  auto conclusion = diagnose(*place->netns, place->argument, incident.remote, incident.local);
  if (!conclusion) return std::nullopt;
  if (was_refused && explain::is_success(conclusion->answer)) return refused_all_the_same(incident);
  // This namespace sent the RST; that incident was reported, with its cause.
  if ((place->ours && was_refused) || explain::is_success(conclusion->answer)) return std::nullopt;
  // ECONNREFUSED is a RST's, or that of ICMP "port unreachable".
  const bool by_rst = conclusion->answer == explain::Answer::rst;
  const bool by_icmp =
      conclusion->answer == explain::Answer::icmp && conclusion->error == ECONNREFUSED;
  if (was_refused ? !by_rst && !by_icmp : by_rst) return std::nullopt;
  return conclusion;
}

std::optional<explain::Conclusion> IncidentCause::diagnose(const Namespace& netns,
                                                           const std::string& argument,
                                                           const Endpoint& destination,
                                                           const Endpoint& source) {
  // The client's port makes no difference to why it was refused.
  const std::pair key{netns.inode(), std::pair{destination, Endpoint{source.address, 0}}};
  const auto now = Clock::now();
  if (const auto known = known_.find(key);
      known != known_.end() && now - known->second.when < conclusion_holds)
    return known->second.conclusion;
  if (known_.size() > most_known) known_.clear();
  Known& known = known_[key];
  known.when = now;
  try {
    collect::Wanted wanted;
    wanted.target.destination = destination;
    wanted.target.source = source.address;
    wanted.target.source_port = source.port;
    wanted.netns = argument;
    known.conclusion = explain::diagnose(collect::look(netns, wanted)).conclusion;
  } catch (const std::runtime_error&) {
    known.conclusion.reset();  // the namespace is gone
  }
  return known.conclusion;
}

}  // namespace lab::commands
