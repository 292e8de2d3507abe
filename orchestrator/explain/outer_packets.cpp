// SPDX-License-Identifier: MIT
//
// A tunnel (vxlan, gre, …) wraps the SYN or its answer into packets of its own, and these come to
// the same firewall.
#include <fmt/format.h>

#include "explain/parts.hpp"

namespace lab::explain {

void doubt_outer_packets(const Facts& facts, Diagnosis& diagnosis) {
  const auto& rules = facts.filters.outer_packets;
  if (rules.empty() || diagnosis.conclusion.answer == Answer::not_sent) return;
  diagnosis.not_observed.push_back(
      {"tunnel",
       fmt::format("whether a rule of the firewall drops the outer packets of the tunnel by which "
                   "the SYN or its answer goes: {}{}",
                   rules.front(),
                   rules.size() == 1 ? "" : fmt::format(" and {} more", rules.size() - 1)),
       true});
}

}  // namespace lab::explain
