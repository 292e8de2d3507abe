// SPDX-License-Identifier: MIT
#include "diagram/topology.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cctype>
#include <set>
#include <string_view>

#include "util/text.hpp"

namespace lab::diagram {
namespace {

using Interface = Topology::Interface;

// Each device once, in the order of the links; then those with only named addresses (lo, VRFs).
std::vector<Interface> interfaces_of(const HostRecord& host) {
  std::vector<Interface> interfaces;
  const auto named = [&](const std::string& device) -> Interface& {
    const auto found = std::ranges::find(interfaces, device, &Interface::device);
    return found != interfaces.end() ? *found : interfaces.emplace_back(Interface{device, {}, {}});
  };
  for (const auto& [device, address] : host.addresses)
    named(device).addresses.push_back(address.str());
  for (const NamedAddress& extra : host.extra_addresses)
    named(extra.device)
        .addresses.push_back(fmt::format("{} ({})", extra.address.str(), extra.name));
  return interfaces;
}

std::vector<Topology::Host> hosts_of(const std::vector<HostRecord>& records) {
  std::vector<Topology::Host> hosts;
  for (const HostRecord& record : records)
    hosts.push_back({record.name, {}, interfaces_of(record), {}, {}});
  return hosts;
}

std::size_t index_of(const std::vector<Topology::Host>& hosts, const std::string& name) {
  return static_cast<std::size_t>(std::ranges::find(hosts, name, &Topology::Host::name) -
                                  hosts.begin());
}

// "a:eth0"
Topology::End end_of(const std::vector<Topology::Host>& hosts, const std::string& text) {
  const std::size_t colon = text.find(':');
  return {index_of(hosts, text.substr(0, colon)), text.substr(colon + 1)};
}

std::string properties_of(const scenario::Link& link) {
  std::vector<std::string> parts;
  if (link.delay.count() > 0) parts.push_back(fmt::format("{} ms", link.delay.count()));
  if (link.loss > 0) parts.push_back(fmt::format("{} % lost", link.loss));
  if (link.mtu > 0) parts.push_back(fmt::format("MTU {}", link.mtu));
  return fmt::format("{}", fmt::join(parts, ", "));
}

constexpr std::array<std::string_view, 4> translations = {"masquerade", "snat", "dnat", "redirect"};
constexpr std::array<std::string_view, 5> verdicts = {"tproxy", "synproxy", "queue", "drop",
                                                      "reject"};

// The words of a ruleset (nft(8)), without comments and punctuation.
std::vector<std::string> words_in(std::string_view ruleset) {
  std::vector<std::string> found;
  for (std::string_view line : lines(ruleset)) {
    std::string plain(line.substr(0, line.find('#')));
    std::ranges::replace_if(
        plain, [](unsigned char c) { return std::isalnum(c) == 0 && c != '_' && c != '-'; }, ' ');
    for (const std::string_view word : words(plain)) found.emplace_back(word);
  }
  return found;
}

// The verdicts of the rules, each once, in the order of the ruleset.
std::vector<std::string> statements_of(const std::string& ruleset) {
  std::vector<std::string> statements;
  for (const std::string& word : words_in(ruleset)) {
    const bool counts = std::ranges::find(translations, word) != translations.end() ||
                        std::ranges::find(verdicts, word) != verdicts.end();
    if (counts && std::ranges::find(statements, word) == statements.end())
      statements.push_back(word);
  }
  return statements;
}

void describe_host(Topology::Host& host, const scenario::Host& planned) {
  const auto statements = statements_of(planned.nftables);
  if (planned.forwards) host.roles.emplace_back("router");
  if (std::ranges::any_of(statements, [](const std::string& word) {
        return std::ranges::find(translations, word) != translations.end();
      }))
    host.roles.emplace_back("NAT");
  if (planned.stack == scenario::Stack::none) host.roles.emplace_back("no stack");
  if (!planned.nftables.empty()) {
    host.firewall =
        statements.empty() ? "nftables" : fmt::format("nftables: {}", fmt::join(statements, ", "));
    host.ruleset = planned.nftables;
  }
  for (const auto& [vrf, devices] : planned.vrfs)
    for (Interface& interface : host.interfaces)
      if (std::ranges::find(devices, interface.device) != devices.end()) interface.vrf = vrf;
}

}  // namespace

std::string words_of(const Interface& interface) {
  std::string text = interface.device;
  for (const std::string& address : interface.addresses) text += " " + address;
  if (!interface.vrf.empty()) text += " in VRF " + interface.vrf;
  return text;
}

std::string roles_of(const Topology::Host& host) {
  return fmt::format("{}", fmt::join(host.roles, ", "));
}

std::vector<std::string> lines_of(const Topology::Host& host) {
  std::vector<std::string> lines;
  for (const Interface& interface : host.interfaces) lines.push_back(words_of(interface));
  if (!host.firewall.empty()) lines.push_back(host.firewall);
  if (lines.empty()) lines.emplace_back("lo only");
  return lines;
}

Topology topology_of(const Timeline& timeline) {
  Topology topology{timeline.scenario, timeline.title, hosts_of(timeline.hosts), {}};
  for (const auto& [one, other] : timeline.links) {
    const Topology::End ends[] = {end_of(topology.hosts, one), end_of(topology.hosts, other)};
    // An edited stored timeline may name ends that are on no host.
    const auto known = [&](const Topology::End& end) { return end.host < topology.hosts.size(); };
    if (std::ranges::all_of(ends, known)) topology.links.push_back({{ends[0], ends[1]}, {}});
  }
  return topology;
}

Topology topology_of(const scenario::Scenario& scenario, const std::vector<HostRecord>& planned) {
  Topology topology{scenario.name, scenario.title, hosts_of(planned), {}};
  for (std::size_t i = 0; i < topology.hosts.size(); ++i)
    describe_host(topology.hosts[i], scenario.hosts[i]);
  for (const scenario::Link& link : scenario.links) {
    const auto& [one, other] = link.ends;
    topology.links.push_back({{Topology::End{index_of(topology.hosts, one.host), one.device},
                               Topology::End{index_of(topology.hosts, other.host), other.device}},
                              properties_of(link)});
  }
  return topology;
}

}  // namespace lab::diagram
