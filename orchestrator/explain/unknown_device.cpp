// SPDX-License-Identifier: MIT
//
// On which interface a SYN from outside comes in is not known where no route leads back to its
// source. It matters if VRFs have routes of their own. Where a route leads back, its interface is
// assumed, and it matters if the verdict would be another one on another interface.
#include <fmt/format.h>

#include <algorithm>
#include <string>

#include "explain/parts.hpp"

namespace lab::explain {
namespace {

// That the answer leaves by the assumed one is known, and doubtful only if that leads elsewhere.
bool is_doubtful(const Diagnosis& diagnosis) {
  return std::ranges::any_of(diagnosis.not_observed, [](const Unseen& each) {
    return each.decides && each.id != "return-path";
  });
}

// The verdict of the same question, if the SYN comes in on another interface.
std::string verdict_in_words(const Diagnosis& diagnosis) {
  const Conclusion& conclusion = diagnosis.conclusion;
  return fmt::format("{} ({}{})", to_string(conclusion.answer), conclusion.cause,
                     is_doubtful(diagnosis) ? ", uncertain" : "");
}

bool is_same_verdict(const Diagnosis& one, const Diagnosis& other) {
  return is_same(one.conclusion.answer, other.conclusion.answer) &&
         one.conclusion.cause == other.conclusion.cause &&
         one.conclusion.error == other.conclusion.error &&
         (is_doubtful(one) || !is_doubtful(other));
}

// The reverse path filter, rules of the firewall, policy rules and SO_BINDTODEVICE look at it.
void doubt_assumed(const Facts& facts, Diagnosis& diagnosis) {
  for (const Facts& other : facts.by_other_device) {
    const Diagnosis there = diagnose(other);
    if (is_same_verdict(diagnosis, there)) continue;
    diagnosis.not_observed.push_back(
        {"device",
         fmt::format("on which interface the SYN comes in: {}, by which the answer leaves, was "
                     "assumed, and on {} the verdict would be {}; name the interface (--device)",
                     facts.arrival.device, other.arrival.device, verdict_in_words(there)),
         true});
    return;
  }
}

}  // namespace

void doubt_device(const Facts& facts, Diagnosis& diagnosis) {
  const Arrival& arrival = facts.arrival;
  const Conclusion& conclusion = diagnosis.conclusion;
  if (!facts.question.source || arrival.local_sender) return;
  doubt_assumed(facts, diagnosis);
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
