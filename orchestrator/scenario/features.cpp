// SPDX-License-Identifier: MIT
#include "scenario/features.hpp"

namespace lab::scenario {

const std::vector<std::string>& features() {
  static const std::vector<std::string> all{"veth",     "netem",  "plug",      "vrf",
                                            "nftables", "tproxy", "conntrack", "module"};
  return all;
}

std::set<std::string> needed_features(const Scenario& scenario) {
  std::set<std::string> needed;
  if (!scenario.links.empty()) needed.insert("veth");
  for (const Link& link : scenario.links)
    if (link.delay.count() != 0 || link.loss != 0) needed.insert("netem");
  for (const Host& host : scenario.hosts) {
    if (!host.vrfs.empty()) needed.insert("vrf");
    if (!host.nftables.empty()) needed.insert("nftables");
  }
  for (const Step& step : scenario.steps) {
    if (step.when && !(step.when->feature.empty() && step.when->kernel.empty())) continue;
    // Drop uses an nftables rule at the hook "ingress".
    if (std::holds_alternative<Nftables>(step.action) || std::holds_alternative<Drop>(step.action))
      needed.insert("nftables");
  }
  return needed;
}

}  // namespace lab::scenario
