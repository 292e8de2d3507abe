// SPDX-License-Identifier: MIT
#include "sequence/state_changes.hpp"

#include <algorithm>

namespace lab::sequence {
namespace {

bool makes_child(const TraceEvent& event) {
  return event.outcome == TraceOutcome::child &&
         ipv4_function(event.event) == KernelFunction::child4;
}

}  // namespace

std::optional<TracedChange> state_change_of(const Timeline& timeline, const TraceEvent& event) {
  if (event.event != KernelFunction::set_state || !event.state || !event.state_after ||
      event.state == event.state_after)
    return std::nullopt;
  if (event.state != TcpState::listen || event.state_after != TcpState::syn_received)
    return TracedChange{event.state, *event.state_after, event.cookie};
  // The function returns after it has made the copy, so its event follows.
  const auto child =
      std::find_if(timeline.trace.begin() + (&event - timeline.trace.data()), timeline.trace.end(),
                   [&](const TraceEvent& other) {
                     return other.host == event.host && event.segment &&
                            other.segment == event.segment && makes_child(other);
                   });
  return TracedChange{std::nullopt, *event.state_after,
                      child == timeline.trace.end() ? std::nullopt : child->cookie};
}

}  // namespace lab::sequence
