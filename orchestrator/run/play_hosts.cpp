// SPDX-License-Identifier: MIT
//
// The verbs that act on hosts and their links.
#include <fmt/format.h>

#include <algorithm>
#include <cerrno>

#include "check/resolve.hpp"
#include "net/ping.hpp"
#include "run/actions.hpp"
#include "run/addresses.hpp"
#include "run/configure_interfaces.hpp"
#include "util/error.hpp"

namespace lab::run {
namespace {

// The values of $NAME in rules: addresses, and the values of Let steps.
Nftables::Variables variables_of(const Timeline& timeline) {
  Nftables::Variables variables = address_variables(timeline.hosts);
  for (const auto& [name, value] : timeline.values) variables.emplace(name, std::to_string(value));
  return variables;
}

// An interface and its host.
struct Wire {
  Host& host;
  Interface& interface;
};

std::optional<Wire> find_wire(RunContext& context, const std::string& host,
                              const std::string& device) {
  Host& its = context.host(host);
  for (Interface& interface : its.interfaces())
    if (interface.end.name == device) return Wire{its, interface};
  return std::nullopt;
}

Wire other_end(RunContext& context, const std::string& host, const std::string& device) {
  for (const scenario::Link& link : context.scenario.links)
    for (std::size_t end = 0; end < 2; ++end)
      if (link.ends[end].host == host && link.ends[end].device == device)
        return *find_wire(context, link.ends[1 - end].host, link.ends[1 - end].device);
  throw UsageError(fmt::format("{}:{} is not a link's end", host, device));
}

// Restores what the kernel removed when an end went down. Both ends must be up.
void restore(const std::array<Wire, 2>& ends, const Deadline& deadline) {
  for (const Wire& end : ends) add_addresses(end.host, end.interface.end.name);
  for (const Wire& end : ends) {
    await_ready(end.host, end.interface, deadline);
    add_routes(end.host, end.interface);
  }
}

void set_end(RunContext& context, const Wire& wire, bool up) {
  if (wire.interface.up == up) return;
  Netlink& netlink = wire.host.netlink();
  wire.interface.up = up;
  if (!up) {
    set_link_down(netlink, wire.interface.end);
    return;
  }
  set_link_up(netlink, wire.interface.end);
  const Wire other = other_end(context, wire.host.name(), wire.interface.end.name);
  if (other.interface.up) restore({wire, other}, context.deadline());
}

// lo, or a VRF.
void set_device(Host& host, const std::string& device, bool up, const Deadline& deadline) {
  if (device == "lo") {
    up ? set_loopback_up(host.netlink()) : set_loopback_down(host.netlink());
  } else {
    const LinkEnd end{device, {}, index_of(host.netlink(), device)};
    up ? set_link_up(host.netlink(), end) : set_link_down(host.netlink(), end);
  }
  if (!up) return;
  add_addresses(host, device);
  await_addresses(host, device, deadline);
}

void act(RunContext& context, const scenario::Nftables& action, StepRecord& record) {
  Nftables& firewall = context.host(action.host).firewall();
  if (action.flush) firewall.flush();
  if (action.rules.empty()) return;
  const std::string refused = firewall.run(action.rules, variables_of(context.timeline));
  if (refused.empty()) return;
  record.played.error = EINVAL;
  record.played.observed = refused;
}

void act(RunContext& context, const scenario::Sysctl& action, StepRecord& record) {
  try {
    for (const auto& [name, value] : action.set)
      write_sysctl(context.host(action.host).netns(), sysctl_path(name), value);
  } catch (const SystemError& error) {
    record.played.error = error.error();
    record.played.observed = error.what();
  }
}

void act(RunContext& context, const scenario::SetLink& action, StepRecord& record) {
  try {
    if (const auto wire = find_wire(context, action.host, action.device))
      set_end(context, *wire, action.up);
    else
      set_device(context.host(action.host), action.device, action.up, context.deadline());
  } catch (const SystemError& error) {
    record.played.error = error.error();
    record.played.observed = error.what();
  }
}

void act(RunContext& context, const scenario::Ping& action, StepRecord& record) {
  const Address destination = resolve({action.to, {}, ""}, context.timeline).address;
  const Result result = ping(context.host(action.from).netns(), destination, context.deadline());
  record.played.error = result.error;
  record.played.timed_out = result.error == ETIMEDOUT;
  record.played.observed =
      result.ok() ? fmt::format("{} answers", destination.str()) : errno_name(result.error);
}

void act(RunContext& context, const scenario::Hold& action, StepRecord& record) {
  Host& host = context.host(action.host);
  context.guard_links();
  host.hold();
  context.timeline.hold_mechanism = host.hold_mechanism();
  record.played.observed = fmt::format("by {}", host.hold_mechanism());
}

void act(RunContext& context, const scenario::Mark& action, StepRecord&) {
  context.host(action.host).mark();
}

void act(RunContext& context, const scenario::Release& action, StepRecord&) {
  Host& host = context.host(action.host);
  if (action.until_mark)
    host.release_marked();
  else
    host.release_all();
}

}  // namespace

bool play_host_step(RunContext& context, const scenario::Action& action, StepRecord& record) {
  return visit_if_in(scenario::HostSteps{}, action,
                     [&](const auto& step) { act(context, step, record); });
}

}  // namespace lab::run
