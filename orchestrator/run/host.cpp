// SPDX-License-Identifier: MIT
#include "run/host.hpp"

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

void Host::hold() {
  if (holds_.empty()) {
    for (const Interface& interface : interfaces_)
      holds_.push_back(
          make_hold({netlink_, interface.end, {interface.peer_address}, interface.peer_mac}));
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
