// SPDX-License-Identifier: MIT
#include "collect/peer_processes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "collect/netns.hpp"
#include "collect/processes.hpp"
#include "net/interfaces.hpp"
#include "net/neighbour.hpp"
#include "net/netlink.hpp"
#include "record/owner_names.hpp"
#include "util/error.hpp"

namespace lab::collect {
namespace {

constexpr std::size_t most_remembered = 4096;
// Namespaces come and go; a list of them is not made for every incident.
constexpr std::chrono::seconds list_holds{1};
// A search through all processes is followed by a rest of so many times its
// length: where a thousand connects fail a second, not all are named.
constexpr int searches_rest = 4;

std::vector<Interface> interfaces_of(const Namespace& space) {
  Netlink netlink(space);
  return list_interfaces(netlink);
}

}  // namespace

PeerProcesses::PeerProcesses(const Namespace& here, std::string netns)
    : here_(here),
      netns_(std::move(netns)),
      diag_(in(here, [] { return SockDiag::open_here(); })),
      interfaces_(interfaces_of(here)) {}

void PeerProcesses::remember(const Connecting& connecting) {
  const EndPair ends{connecting.local, connecting.remote};
  std::string process = process_of(diag_, ends, connecting.cookie);
  if (process.empty()) return;
  if (processes_.insert_or_assign(ends, std::move(process)).second) order_.push_back(ends);
  if (order_.size() <= most_remembered) return;
  processes_.erase(order_.front());
  order_.pop_front();
}

std::string PeerProcesses::local_process(const Incident& incident) {
  const EndPair ends{incident.local, incident.remote};
  if (const auto known = processes_.find(ends); known != processes_.end()) return known->second;
  return process_of(diag_, ends, incident.cookie.value_or(0));
}

std::string PeerProcesses::remote_process(const Incident& incident) {
  const EndPair ends{incident.remote, incident.local};
  if (is_ours(incident.remote.address)) {
    if (const auto known = processes_.find(ends); known != processes_.end()) return known->second;
    return process_of(diag_, ends, 0);
  }
  Other* other = netns_with(incident.remote.address);
  if (!other) return "";
  const std::string process = process_of(other->diag, ends, 0);
  return fmt::format("{}in {}", process.empty() ? "" : process + " ", other->name);
}

std::optional<PeerProcesses::Place> PeerProcesses::place_of(const Address& address) {
  if (is_ours(address)) return Place{&here_, netns_, true};
  if (const Other* other = netns_with(address)) return Place{&other->netns, other->argument, false};
  return std::nullopt;
}

std::string PeerProcesses::process_of(SockDiag& diag, const EndPair& ends, std::uint64_t cookie) {
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

bool PeerProcesses::is_ours(const Address& address) {
  // All of 127.0.0.0/8 is local, though lo has one address of it.
  return address.is_loopback() || owner_of(interfaces_, address) != nullptr;
}

PeerProcesses::Other* PeerProcesses::netns_with(const Address& address) {
  Netlink netlink(here_);
  const std::string neighbour = link_address_of(netlink, address);
  const auto may_be_it = [&](const Other& other) {
    return may_be_at(other.interfaces, address, neighbour);
  };
  if (std::ranges::none_of(others_, may_be_it)) look_for_others();
  // Two that are not told apart are as good as none: to name the wrong one is worse.
  if (std::ranges::count_if(others_, may_be_it) != 1) return nullptr;
  return &*std::ranges::find_if(others_, may_be_it);
}

void PeerProcesses::look_for_others() {
  const auto now = Clock::now();
  if (looked_ && now - *looked_ < list_holds) return;
  looked_ = now;
  others_.clear();
  interfaces_ = interfaces_of(here_);
  for (const KnownNetns& known : list_namespaces().namespaces) {
    if (known.inode == here_.inode()) continue;
    try {
      Namespace space = Namespace::open(known.path);
      auto interfaces = interfaces_of(space);
      auto diag = in(space, [] { return SockDiag::open_here(); });
      others_.push_back({std::move(space), known.netns,
                         name_of({known.netns, known.process, known.has_name, {}, {}}),
                         std::move(diag), std::move(interfaces)});
    } catch (const EnvironmentError&) {
      // It has gone meanwhile, or it may not be entered.
    }
  }
}

}  // namespace lab::collect
