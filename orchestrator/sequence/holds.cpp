// SPDX-License-Identifier: MIT
#include "sequence/holds.hpp"

#include <algorithm>
#include <limits>
#include <map>

namespace lab::sequence {

Holds::Holds(const Timeline& timeline, const std::vector<Flight>& all) : all_(all) {
  constexpr Timestamp for_ever = std::numeric_limits<Timestamp>::max();
  for (const StepRecord& step : timeline.steps) {
    if (!step.skipped.empty() || step.hosts.empty()) continue;
    const std::string& host = step.hosts.front();
    if (step.verb == "hold") holds_.push_back({host, step.begin, for_ever});
    if (step.verb != "release") continue;
    releases_.push_back({host, step.begin, step.end});
    // Packets after a mark stay held, so the hold ends with its last release.
    for (Span& hold : holds_)
      if (hold.host == host && hold.end == for_ever) hold.end = step.end;
  }
}

bool Holds::answers_within(const Flight& flight, const Span& release) const {
  if (!flight.segment || !flight.segment->flags.ack) return false;
  const Segment& sent = *flight.segment;
  return std::ranges::any_of(all_, [&](const Flight& other) {
    if (!other.arrived || other.to != flight.from || !other.segment) return false;
    if (*other.arrived < release.begin || *other.arrived > *flight.left) return false;
    const Segment& came = *other.segment;
    const std::uint32_t end =
        came.sequence + came.length + (came.flags.syn ? 1 : 0) + (came.flags.fin ? 1 : 0);
    return came.source == sent.destination && came.destination == sent.source &&
           sent.acknowledgment == end;
  });
}

bool Holds::is_after_answer(const Flight& flight, const Span& release) const {
  if (answers_within(flight, release)) return true;
  return std::ranges::any_of(all_, [&](const Flight& earlier) {
    return earlier.from == flight.from && earlier.left && *earlier.left >= release.begin &&
           *earlier.left < *flight.left && answers_within(earlier, release);
  });
}

bool Holds::held(const Flight& flight, const std::optional<Timestamp>& ready) const {
  if (!flight.left) return false;
  return std::ranges::any_of(releases_, [&](const Span& release) {
    if (release.host != flight.from || *flight.left < release.begin || *flight.left > release.end)
      return false;
    return ready ? *ready < release.begin : !is_after_answer(flight, release);
  });
}

bool Holds::holding(const std::string& host, Timestamp at) const {
  return std::ranges::any_of(holds_, [&](const Span& hold) {
    return hold.host == host && hold.begin <= at && at < hold.end;
  });
}

}  // namespace lab::sequence
