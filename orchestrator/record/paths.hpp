// SPDX-License-Identifier: MIT
//
// From a captured packet to what the kernel did with the segment that it
// carries: the trace and the capture are two witnesses of the same segments,
// and know nothing of each other. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "record/timeline.hpp"

namespace lab {

// What one host's kernel did with one segment. Of a packet that came in: all
// events of its reception. Of one that went out: its sending.
struct Path {
  std::uint64_t segment = 0;              // its number in the trace
  std::optional<std::uint64_t> cause;     // of a sent one: the arrived segment that it answers
  std::vector<const TraceEvent*> events;  // into the timeline, in the order of their numbers
};

// One for each of timeline.packets, in their order. Nothing: no events, or no
// certainty whose they are.
using Paths = std::vector<std::optional<Path>>;

// A packet and a segment of the trace belong together if the host, the
// direction, both ends, the flags, the sequence and acknowledgment numbers and
// the length are the same. Where several are the same in all this (what was
// sent again, duplicate ACKs) their order decides, if there are as many of the
// one as of the other; else the time does: a segment's reception begins after
// its packet was captured and before the next one was, its sending before and
// after the previous one.
Paths paths_of(const Timeline& timeline);

// The packet (index into timeline.packets, and so into `paths`) in which the
// segment of this number came to this host.
std::optional<std::size_t> arrival_of(const Timeline& timeline, const Paths& paths,
                                      const std::string& host, std::uint64_t segment);

}  // namespace lab
