// SPDX-License-Identifier: MIT
//
// On which interface a SYN from outside comes in is not known where no route leads back to its
// source. It matters if VRFs have routes of their own. Where a route leads back, by another
// interface than the one with the destination, it may come in on either.
#include <fmt/format.h>

#include <algorithm>

#include "explain/parts.hpp"

namespace lab::explain {
namespace {

// The reverse path filter, a listener's SO_BINDTODEVICE and rules for an interface look at it.
bool other_device_matters(const Facts& facts, const Conclusion& conclusion) {
  const Arrival& arrival = facts.arrival;
  if (arrival.other_device.empty()) return false;
  const bool by_rule = conclusion.cause == firewall_cause && !conclusion.ends_answer;
  const bool is_bound = std::ranges::any_of(facts.tables.listeners, [&](const Row& row) {
    return row.local.port == facts.question.destination.port && !row.device.empty();
  });
  return by_rule || is_bound || arrival.there_by_other.error != arrival.there.error;
}

}  // namespace

void doubt_device(const Facts& facts, Diagnosis& diagnosis) {
  const Arrival& arrival = facts.arrival;
  const Conclusion& conclusion = diagnosis.conclusion;
  if (!facts.question.source || arrival.local_sender) return;
  if (other_device_matters(facts, conclusion))
    diagnosis.not_observed.push_back(
        {"device",
         fmt::format("on which interface the SYN comes in: {}, by which the answer leaves, was "
                     "assumed, and {} has {}; name the interface (--device)",
                     arrival.device, arrival.other_device,
                     facts.question.destination.address.str()),
         true});
  if (!arrival.device.empty()) return;
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
