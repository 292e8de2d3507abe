// SPDX-License-Identifier: MIT
#include "run/host.hpp"

#include "util/error.hpp"

namespace lab::run {
namespace {

// A module that this program cannot read has no trace that it can read either.
TraceHere open_trace(const Namespace& space, const ModuleHere& module) {
  if (!module.module) return {std::nullopt, module.why_not};
  return in(space, [&] { return Trace::open_here(space.name()); });
}

}  // namespace

Host::Host(std::string name)
    : name_(std::move(name)),
      space_(Namespace::create(name_)),
      netlink_(space_),
      module_(in(space_, [] { return Module::open_here(); })),
      sock_diag_(in(space_, [] { return SockDiag::open_here(); })),
      trace_(open_trace(space_, module_)),
      capture_(space_, name_) {
  silence_ipv6(space_);
  set_loopback_up(netlink_);
}

// What is held would keep the namespace (net/last_will.hpp).
Host::~Host() {
  for (std::size_t link = 0; link < holds_.size(); ++link) {
    if (!holds_[link]->holding()) continue;
    try {
      remove_link(netlink_, interfaces_[link].end);
    } catch (const SystemError&) {
      // From its other end it has been removed already.
    }
  }
}

void Host::hold() {
  if (holds_.empty()) {
    std::vector<LinkEnd> links;
    for (const Interface& interface : interfaces_) {
      links.push_back(interface.end);
      holds_.push_back(
          make_hold({netlink_, interface.end, {interface.peer_address}, interface.peer_mac}));
    }
    will_.emplace(netlink_, links);
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

HostRecord record_of(const Host& host) {
  HostRecord record;
  record.name = host.name();
  record.netns_inode = host.space().inode();
  for (const Interface& interface : host.interfaces())
    record.addresses.emplace_back(interface.end.name, interface.address);
  return record;
}

}  // namespace lab::run
