// SPDX-License-Identifier: MIT
#include "collect/peer_processes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "record/owner_names.hpp"
#include "net/interfaces.hpp"
#include "net/neighbour.hpp"
#include "net/netlink.hpp"
#include "collect/processes.hpp"
#include "collect/netns.hpp"
#include "collect/facts.hpp"
#include "util/error.hpp"

namespace lab::collect {
namespace {

constexpr std::size_t most_remembered = 4096;
// A client that tries again and again asks the same question each time.
constexpr std::chrono::seconds answer_holds{1};
// Namespaces come and go; a list of them is not made for every incident.
constexpr std::chrono::seconds list_holds{1};
constexpr std::size_t most_concluded = 1024;
// A search through all processes is followed by a rest of so many times its
// length: where a thousand connects fail a second, not all are named.
constexpr int searches_rest = 4;

std::vector<Interface> interfaces_of(const Namespace& space) {
  Netlink netlink(space);
  return list_interfaces(netlink);
}

}  // namespace

Companions::Companions(const Namespace& here, std::string netns)
    : here_(here),
      netns_(std::move(netns)),
      diag_(in(here, [] { return SockDiag::open_here(); })),
      interfaces_(interfaces_of(here)) {}

void Companions::remember(const Connecting& connecting) {
  const Ends ends{connecting.local, connecting.remote};
  std::string process = process_of(diag_, ends, connecting.cookie);
  if (process.empty()) return;
  if (processes_.insert_or_assign(ends, std::move(process)).second) order_.push_back(ends);
  if (order_.size() <= most_remembered) return;
  processes_.erase(order_.front());
  order_.pop_front();
}

std::string Companions::local_process(const Incident& incident) {
  const Ends ends{incident.local, incident.remote};
  if (const auto known = processes_.find(ends); known != processes_.end()) return known->second;
  return process_of(diag_, ends, incident.cookie.value_or(0));
}

std::string Companions::remote_process(const Incident& incident) {
  const Ends ends{incident.remote, incident.local};
  if (is_ours(incident.remote.address)) {
    if (const auto known = processes_.find(ends); known != processes_.end()) return known->second;
    return process_of(diag_, ends, 0);
  }
  Space* space = space_with(incident.remote.address);
  if (!space) return "";
  const std::string process = process_of(space->diag, ends, 0);
  return fmt::format("{}in {}", process.empty() ? "" : process + " ", space->name);
}

std::optional<explain::Conclusion> Companions::conclude(const Incident& incident) {
  if (incident.is_refusal()) {
    auto conclusion = ask(here_, netns_, incident.local, incident.remote);
    if (conclusion && conclusion->answer == explain::Answer::rst) return conclusion;
    return std::nullopt;
  }
  if (incident.kind != Incident::Kind::connect_failed) return std::nullopt;
  const bool ours = is_ours(incident.remote.address);
  // A RST that we sent ourselves has been told, and why.
  if (ours && incident.error == ECONNREFUSED) return std::nullopt;
  Space* space = ours ? nullptr : space_with(incident.remote.address);
  if (!ours && !space) return std::nullopt;
  auto conclusion = ask(ours ? here_ : space->space, ours ? netns_ : space->netns, incident.remote,
                        incident.local);
  const bool was_refused = incident.error == ECONNREFUSED;
  if (!conclusion || explain::is_success(conclusion->answer)) return std::nullopt;
  if (was_refused != (conclusion->answer == explain::Answer::rst)) return std::nullopt;
  return conclusion;
}

std::string Companions::process_of(SockDiag& diag, const Ends& ends, std::uint64_t cookie) {
  const auto begin = Clock::now();
  if (begin < may_search_) return "";
  const auto row = diag.find(ends.first, ends.second);
  std::optional<Holder> holder;
  if (row && row->inode.value_or(0) != 0)
    holder = find_a_holder(*row->inode);
  else if (cookie != 0)
    holder = find_holder_of_cookie(cookie);
  const auto end = Clock::now();
  may_search_ = end + (end - begin) * searches_rest;
  if (!holder) return "";
  return fmt::format("{} (pid {}, fd {})", holder->command, holder->pid, holder->fd);
}

bool Companions::is_ours(const Address& address) {
  // All of 127.0.0.0/8 is local, though lo has one address of it.
  return (address.family() == Family::inet && address.bytes()[0] == 127) ||
         owner_of(interfaces_, address) != nullptr;
}

Companions::Space* Companions::space_with(const Address& address) {
  Netlink netlink(here_);
  const std::string neighbour = link_address_of(netlink, address);
  const auto may_be_it = [&](const Space& space) {
    return may_be_at(space.interfaces, address, neighbour);
  };
  if (std::ranges::none_of(spaces_, may_be_it)) look_for_spaces();
  // Two that are not told apart are as good as none: to name the wrong one is worse.
  if (std::ranges::count_if(spaces_, may_be_it) != 1) return nullptr;
  return &*std::ranges::find_if(spaces_, may_be_it);
}

void Companions::look_for_spaces() {
  const auto now = Clock::now();
  if (looked_ && now - *looked_ < list_holds) return;
  looked_ = now;
  spaces_.clear();
  interfaces_ = interfaces_of(here_);
  for (const KnownSpace& known : list_spaces().spaces) {
    if (known.inode == here_.inode()) continue;
    try {
      Namespace space = Namespace::open(known.path);
      auto interfaces = interfaces_of(space);
      auto diag = in(space, [] { return SockDiag::open_here(); });
      spaces_.push_back({std::move(space), known.netns,
                         name_of({known.netns, known.process, known.has_name, {}, {}}),
                         std::move(diag), std::move(interfaces)});
    } catch (const EnvironmentError&) {
      // It has gone meanwhile, or it may not be entered.
    }
  }
}

std::optional<explain::Conclusion> Companions::ask(const Namespace& space, const std::string& netns,
                                                   const Endpoint& destination,
                                                   const Endpoint& source) {
  // Which port the client had makes no difference to why it was turned away.
  const std::pair key{space.inode(), Ends{destination, {source.address, 0}}};
  const auto now = Clock::now();
  if (const auto known = concluded_.find(key);
      known != concluded_.end() && now - known->second.when < answer_holds)
    return known->second.conclusion;
  if (concluded_.size() > most_concluded) concluded_.clear();
  Concluded& concluded = concluded_[key];
  concluded.when = now;
  try {
    Wanted wanted;
    wanted.target.destination = destination;
    wanted.target.source = source.address;
    wanted.target.source_port = source.port;
    wanted.netns = netns;
    concluded.conclusion = explain::diagnose(look(space, wanted)).conclusion;
  } catch (const std::runtime_error&) {
    concluded.conclusion.reset();  // the namespace has gone
  }
  return concluded.conclusion;
}

}  // namespace lab::collect
