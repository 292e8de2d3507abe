// SPDX-License-Identifier: MIT
//
// On which interface a SYN from outside comes in is not known where no route leads back to its
// source. It matters if VRFs have routes of their own.
#include <fmt/format.h>

#include <algorithm>

#include "explain/parts.hpp"

namespace lab::explain {

void doubt_device(const Facts& facts, Diagnosis& diagnosis) {
  const Arrival& arrival = facts.arrival;
  const Conclusion& conclusion = diagnosis.conclusion;
  if (!facts.question.source || arrival.local_sender || !arrival.device.empty()) return;
  // Whatever the interface, these end the SYN.
  if (conclusion.cause == "martian" ||
      (conclusion.cause == firewall_cause && !conclusion.ends_answer))
    return;
  const auto port = std::ranges::find_if(facts.interfaces,
                                         [](const Interface& each) { return !each.vrf.empty(); });
  if (port == facts.interfaces.end()) return;
  diagnosis.not_observed.push_back(
      {"device",
       fmt::format("on which interface the SYN comes in: no route leads back to {}, and VRFs have "
                   "routes of their own ({} is a port of VRF {}); name the interface (--device)",
                   facts.question.source->address.str(), port->name, port->vrf),
       true});
}

}  // namespace lab::explain
