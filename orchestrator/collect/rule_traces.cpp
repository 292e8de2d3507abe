// SPDX-License-Identifier: MIT
#include "collect/rule_traces.hpp"

#include <algorithm>
#include <set>
#include <string_view>
#include <utility>

#include "util/error.hpp"

namespace lab::collect {

namespace {

// Rules of links and bridges see a segment before those of IP do.
filter::LinkHooks links_of(const Place& place) {
  filter::LinkHooks links;
  const auto has = [&](std::string_view part) {
    return std::ranges::any_of(*place.hooks, [&](const std::string& hook) {
      return hook.find(part) != std::string::npos;
    });
  };
  links.bridge = has("nftables bridge ");
  if (has("(hook ingress)"))
    for (const Interface& each : place.interfaces) links.devices.push_back(each.name);
  return links;
}

}  // namespace

void RuleTraces::open(const Place& place, const std::vector<filter::RuleFlow>& flows,
                      Probe& probe) {
  const auto known = std::ranges::find_if(probe.places, [&](const TracedPlace& each) {
    return each.netns == place.netns && each.name == place.name;
  });
  if (known != probe.places.end()) return;
  const std::size_t number = probe.places.size();
  probe.places.push_back({place.netns, place.name});
  TracedPlace& traced = probe.places.back();
  if (place.hooks) traced.hooks = *place.hooks;
  if (!place.hooks) {
    traced.why_not = "its rules may not be listed";
    return;
  }
  if (place.hooks->empty()) return;
  try {
    traces_.emplace_back(place.space, number, flows, links_of(place));
  } catch (const EnvironmentError& error) {
    traced.why_not = error.what();
  }
}

void RuleTraces::drain(Probe& probe) {
  for (filter::RuleTrace& trace : traces_) trace.drain(probe.rules);
}

void RuleTraces::add_to(std::vector<pollfd>& waited) const {
  for (const filter::RuleTrace& trace : traces_) waited.push_back({trace.fd(), POLLIN, 0});
}

void RuleTraces::finish(Probe& probe) {
  drain(probe);
  for (filter::RuleTrace& trace : traces_) {
    trace.add_texts(probe.rules);
    probe.places[trace.place()].lost = trace.lost();
  }
}

std::size_t dropped_by_rules(const Probe& probe) {
  std::set<std::pair<std::size_t, std::uint32_t>> packets;
  for (const TracedRule& rule : probe.rules)
    if (rule.drops()) packets.emplace(rule.place, rule.packet);
  return packets.size();
}

}  // namespace lab::collect
