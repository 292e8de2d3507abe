// SPDX-License-Identifier: MIT
#include "collect_probe/rule_traces.hpp"

#include <algorithm>
#include <set>
#include <string_view>
#include <utility>

#include "filter/netfilter.hpp"
#include "util/error.hpp"
#include "util/printable.hpp"

namespace lab::collect {

namespace {

bool names(const std::string& pattern, const std::string& device) {
  return pattern.ends_with('*')
             ? device.starts_with(std::string_view(pattern).substr(0, pattern.size() - 1))
             : pattern == device;
}

// Rules of links and bridges see a segment before those of IP do. Throws EnvironmentError for an
// interface with rules whose name cannot be written.
filter::LinkHooks links_of(const Place& place) {
  filter::LinkHooks links;
  for (const NetfilterHook& hook : *place.hooks) {
    links.bridge = links.bridge || hook.family == "bridge";
    if (hook.hook != "ingress") continue;
    for (const Interface& each : place.interfaces) {
      const bool has_rules = std::ranges::any_of(
          hook.devices, [&](const std::string& pattern) { return names(pattern, each.name); });
      if (!has_rules || std::ranges::find(links.devices, each.name) != links.devices.end())
        continue;
      if (!filter::can_be_quoted(each.name))
        throw EnvironmentError("an interface with rules has a name that nft cannot write: " +
                               printable_line(each.name));
      links.devices.push_back(each.name);
    }
  }
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
  traced.others = filter::other_hooks(place.space);
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
