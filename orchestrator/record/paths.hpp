// SPDX-License-Identifier: MIT
//
// Joins captured packets with segment traces: the capture and the trace are independent
// witnesses of the same segments. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "record/timeline.hpp"

namespace lab {

// What one host's kernel did with one segment. For an incoming packet: all events of
// its reception. For an outgoing one: its sending.
struct Path {
  std::uint64_t segment = 0;              // its number in the trace
  std::optional<std::uint64_t> cause;     // of a sent one: the arrived segment that it answers
  std::vector<const TraceEvent*> events;  // into the timeline, in the order of their numbers
};

// One for each of timeline.packets, in their order. Nothing: no events, or ambiguous
// ones.
using Paths = std::vector<std::optional<Path>>;

// A packet and a segment of the trace belong together if the host, the
// direction, both ends, the flags, the sequence and acknowledgment numbers and
// the length are the same. Where several are the same in all this (retransmissions,
// duplicate ACKs) their order decides, if there are as many packets as segments; else
// the time does: a segment's reception begins after its packet was captured and before
// the next one was; its sending begins before its packet was captured and after the
// previous one was.
Paths paths_of(const Timeline& timeline);

// The packet (index into timeline.packets, and so into `paths`) in which the
// segment of this number came to this host.
std::optional<std::size_t> arrival_of(const Timeline& timeline, const Paths& paths,
                                      const std::string& host, std::uint64_t segment);

}  // namespace lab
