// SPDX-License-Identifier: MIT
#include "run/host.hpp"

#include "util/error.hpp"

namespace lab::run {
namespace {

// Without a readable module there is no readable trace.
TraceHere open_trace(const Namespace& netns, const ModuleHere& module) {
  if (!module.module) return {std::nullopt, module.why_not};
  return in(netns, [&] { return Trace::open_here(netns.name()); });
}

}  // namespace

Host::Host(HostPlan plan, scenario::Stack stack)
    : plan_(std::move(plan)),
      stack_(stack),
      netns_(Namespace::create(plan_.name)),
      inside_(std::in_place, netns_),
      netlink_(netns_),
      module_(in(netns_, [] { return Module::open_here(); })),
      sock_diag_(in(netns_, [] { return SockDiag::open_here(); })),
      trace_(open_trace(netns_, module_)),
      capture_(std::in_place, netns_, plan_.name) {
  silence_ipv6(netns_);
  set_loopback_up(netlink_);
  inside_.reset();
}

// Held packets would keep the namespace alive (net/crash_cleanup.hpp).
Host::~Host() {
  for (std::size_t link = 0; link < holds_.size(); ++link) {
    if (!holds_[link]->holding()) continue;
    try {
      remove_link(netlink_, interfaces_[link].end);
    } catch (const SystemError&) {
      // Removing its other end has already removed it.
    }
  }
}

void Host::stop_watching() {
  capture_.reset();
  trace_ = {std::nullopt, "the run is over"};
}

void Host::hold() {
  if (holds_.empty()) {
    for (std::size_t link = 0; link < interfaces_.size(); ++link) {
      const Interface& interface = interfaces_[link];
      holds_.push_back(make_hold({netlink_, interface.end, plan_.interfaces[link].reaches,
                                  interface.peer_mac, interface.impaired, interface.table}));
    }
  }
  for (auto& hold : holds_) hold->hold();
}

void Host::mark() {
  for (auto& hold : holds_) hold->mark();
}

void Host::release_marked() {
  for (auto& hold : holds_) hold->release_marked();
}

void Host::release_all() {
  for (auto& hold : holds_) hold->release_all();
}

std::string_view Host::hold_mechanism() const {
  return holds_.empty() ? std::string_view{} : holds_.front()->mechanism();
}

Nftables& Host::firewall() {
  if (!firewall_) firewall_.emplace(netns_);
  return *firewall_;
}

Losses& Host::losses() {
  if (!losses_) {
    std::vector<std::string> devices{"lo"};
    for (const Interface& interface : interfaces_) devices.push_back(interface.end.name);
    losses_.emplace(netns_, devices);
  }
  return *losses_;
}

HostRecord record_of(const Host& host) {
  HostRecord record = record_of(host.plan());
  record.netns_inode = host.netns().inode();
  return record;
}

}  // namespace lab::run
