// SPDX-License-Identifier: MIT
//
// The path of each segment through a host's kernel, assembled from the events of the trace.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "record/timeline.hpp"
#include "scenario/model.hpp"

namespace lab::check {

// The events of one segment on one host, which sent it, received it, or both (over lo). The
// pointers point into the timeline.
struct SegmentPath {
  std::uint64_t segment = 0;
  const TraceEvent* header;                // the first event with ends and flags
  std::vector<const TraceEvent*> events;   // by number
  std::vector<const TraceEvent*> answers;  // segments that were sent because of this one
  bool again = false;                      // a repetition, see repeats.hpp
};

// All paths of a host, in the order of their first event. Omits segments without an event that
// has ends (because it was lost).
std::vector<SegmentPath> paths_at(const Timeline& timeline, const std::string& host);

// All events of a host, by number.
std::vector<const TraceEvent*> events_at(const Timeline& timeline, const std::string& host);

// The path that step `step_index`, a Path step with a segment, is about: the first of `paths`
// (all those of its host) that matches and that no earlier Path step at that host has used.
// Ignores retransmissions, so that the choice does not depend on timing. Null: not seen yet.
const SegmentPath* path_of(const Timeline& timeline, const std::vector<SegmentPath>& paths,
                           const scenario::Scenario& scenario, std::size_t step_index);

// Whether the event matches the expected one. reason_unknown: it matches except for the reason,
// which this kernel does not report (of a drop before 5.17, of a RST before 6.10).
enum class Fit { no, yes, reason_unknown };
Fit fit(const Timeline& timeline, const scenario::PathEvent& expected, const TraceEvent& event);

// As in a scenario: "inet_lhash2_lookup wildcard hit LISTEN of srv". Omits unnamed sockets and
// the outcome "enter".
std::string describe(const Timeline& timeline, const TraceEvent& event);
// "client:40000 > server:8888 S"
std::string describe(const Timeline& timeline, const SegmentPath& path);

}  // namespace lab::check
