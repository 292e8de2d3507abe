// SPDX-License-Identifier: MIT
#include "record/paths.hpp"

#include <algorithm>
#include <compare>
#include <limits>
#include <map>
#include <tuple>
#include <utility>

namespace lab {
namespace {

// All that a packet and a segment of the trace have in common. Two with the same key
// differ only in the time at which they were seen.
struct Likeness {
  std::string host;
  bool outgoing;
  Endpoint source;
  Endpoint destination;
  std::string flags;
  std::uint32_t sequence;
  std::uint32_t acknowledgment;  // 0 without ACK, whatever the header contains
  std::uint32_t length;

  auto operator<=>(const Likeness&) const = default;
};

Likeness likeness_of(const Packet& packet) {
  const Segment& segment = *packet.segment;
  return {packet.host,
          packet.outgoing,
          segment.source,
          segment.destination,
          segment.flags.str(),
          segment.sequence,
          segment.flags.ack ? segment.acknowledgment : 0,
          segment.length};
}

// Nothing for an event that does not report the whole segment, such as a lookup or a
// change of state.
std::optional<Likeness> likeness_of(const TraceEvent& event) {
  if (!event.source || !event.destination || !event.flags || !event.sequence) return std::nullopt;
  return Likeness{event.host,
                  is_sending(event),
                  *event.source,
                  *event.destination,
                  event.flags->str(),
                  *event.sequence,
                  event.flags->ack ? event.acknowledgment.value_or(0) : 0,
                  event.length.value_or(0)};
}

// Over lo one host both sends and receives a segment: these are two paths.
using PathKey = std::tuple<std::string, std::uint64_t, bool>;  // host, segment, outgoing

struct Traced {
  Path path;
  std::optional<Likeness> likeness;
  Timestamp begin = 0;
};

std::vector<Traced> traced_segments(const Timeline& timeline) {
  std::map<PathKey, Traced> found;
  for (const TraceEvent& event : timeline.trace) {
    if (!event.segment) continue;
    Traced& traced = found[{event.host, *event.segment, is_sending(event)}];
    if (traced.path.events.empty() || event.time < traced.begin) traced.begin = event.time;
    traced.path.segment = *event.segment;
    traced.path.events.push_back(&event);
    if (!traced.path.cause) traced.path.cause = event.cause;
    if (!traced.likeness) traced.likeness = likeness_of(event);
  }
  std::vector<Traced> segments;
  for (auto& [key, traced] : found) {
    std::stable_sort(
        traced.path.events.begin(), traced.path.events.end(),
        [](const TraceEvent* a, const TraceEvent* b) { return a->number < b->number; });
    segments.push_back(std::move(traced));
  }
  std::stable_sort(segments.begin(), segments.end(),
                   [](const Traced& a, const Traced& b) { return a.begin < b.begin; });
  return segments;
}

// Those with the same key, in order of time.
struct Group {
  std::vector<std::size_t> packets;  // indices into timeline.packets
  std::vector<Traced*> segments;
};

// The only segment that began in a span of time; none if there are several.
Traced* only_one(const std::vector<Traced*>& segments, Timestamp from, Timestamp until) {
  Traced* found = nullptr;
  for (Traced* each : segments) {
    if (each->begin < from || each->begin > until) continue;
    if (found) return nullptr;
    found = each;
  }
  return found;
}

Traced* choose(const Timeline& timeline, const Group& group, std::size_t nth) {
  if (group.packets.size() == group.segments.size()) return group.segments[nth];
  const auto time = [&](std::size_t which) { return timeline.packets[group.packets[which]].time; };
  const bool last = nth + 1 == group.packets.size();
  return timeline.packets[group.packets[nth]].outgoing
             ? only_one(group.segments, nth == 0 ? 0 : time(nth - 1) + 1, time(nth))
             : only_one(group.segments, time(nth),
                        last ? std::numeric_limits<Timestamp>::max() : time(nth + 1) - 1);
}

}  // namespace

Paths paths_of(const Timeline& timeline) {
  std::vector<Traced> segments = traced_segments(timeline);
  std::map<Likeness, Group> groups;
  for (std::size_t i = 0; i < timeline.packets.size(); ++i)
    if (timeline.packets[i].segment) groups[likeness_of(timeline.packets[i])].packets.push_back(i);
  for (Traced& each : segments)
    if (each.likeness) groups[*each.likeness].segments.push_back(&each);

  Paths paths(timeline.packets.size());
  for (const auto& [likeness, group] : groups)
    for (std::size_t nth = 0; nth < group.packets.size(); ++nth)
      if (const Traced* chosen = choose(timeline, group, nth))
        paths[group.packets[nth]] = chosen->path;
  return paths;
}

std::optional<std::size_t> arrival_of(const Timeline& timeline, const Paths& paths,
                                      const std::string& host, std::uint64_t segment) {
  for (std::size_t i = 0; i < paths.size(); ++i) {
    const Packet& packet = timeline.packets[i];
    if (!packet.outgoing && packet.host == host && paths[i] && paths[i]->segment == segment)
      return i;
  }
  return std::nullopt;
}

}  // namespace lab
