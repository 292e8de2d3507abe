// SPDX-License-Identifier: MIT
#include "persist/keep.hpp"

#include <unistd.h>

#include "persist/netns_names.hpp"

namespace lab::persist {
namespace {

SocketState describe_socket(const SocketRecord& record, const TcpSocket& socket) {
  SocketState state{record.name, record.host, record.cookie, socket.local().str(), ""};
  if (const auto remote = socket.remote()) state.remote = remote->str();
  return state;
}

// Skip sockets that were closed; a later one of the same name has its own entry.
std::vector<SocketState> describe_sockets(run::RunContext& context) {
  std::vector<SocketState> states;
  for (const auto& [name, socket] : context.sockets) {
    if (!socket.is_open()) continue;
    const std::uint64_t cookie = socket.cookie();
    for (const SocketRecord& record : context.timeline.sockets)
      if (record.cookie == cookie && record.name == name) {
        states.push_back(describe_socket(record, socket));
        break;
      }
  }
  return states;
}

std::vector<ProgramState> describe_programs(const run::RunContext& context) {
  std::vector<ProgramState> states;
  for (const auto& [name, running] : context.programs) {
    if (running.program.exit()) continue;
    const ProgramRecord& record = context.timeline.programs[running.record];
    states.push_back({record.name, record.host, record.command});
  }
  return states;
}

}  // namespace

Lab describe(const std::string& name, run::RunContext& context) {
  const Timeline& timeline = context.timeline;
  Lab lab;
  lab.name = name;
  lab.scenario = timeline.scenario;
  lab.file = timeline.file;
  lab.variant = timeline.variant;
  lab.family = std::string(family_name(timeline.family));
  lab.verdict = std::string(to_string(verdict_of(timeline)));
  lab.made = now();
  lab.boot = boot_id();
  lab.keeper = this_process();
  for (const HostRecord& host : timeline.hosts) {
    HostState state{host.name, netns_name(name, host.name), host.netns_inode};
    for (const Address& address : addresses_of(host)) state.addresses.push_back(address.str());
    lab.hosts.push_back(std::move(state));
  }
  lab.links = timeline.links;
  lab.sockets = describe_sockets(context);
  lab.programs = describe_programs(context);
  return lab;
}

void keep_lab(const Place& place, const Lab& lab, run::RunContext& context) {
  for (run::Host& host : context.hosts) host.stop_watching();
  write_state(place, lab);
  std::vector<std::string> named;
  try {
    for (const HostState& state : lab.hosts)
      set_mark(context.host(state.name).netlink(), {lab.name, state.name});
    for (const HostState& state : lab.hosts) {
      give_name(place, state.netns, context.host(state.name).netns(), {lab.name, state.name});
      named.push_back(state.netns);
    }
  } catch (const std::exception&) {
    for (const std::string& name : named) take_name(place, name);
    ::unlink(state_path(place, lab.name).c_str());
    throw;
  }
}

}  // namespace lab::persist
