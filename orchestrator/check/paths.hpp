// SPDX-License-Identifier: MIT
//
// The path of each segment through a host's kernel, put together from the events
// of its trace.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "record/timeline.hpp"
#include "scenario/model.hpp"

namespace lab::check {

// What happened to one segment on one host, whether that sent it or received
// it, or did both over lo. The pointers go into the timeline.
struct SegmentPath {
  std::uint64_t segment = 0;
  const TraceEvent* header;                // the first that has its ends and flags
  std::vector<const TraceEvent*> events;   // in the order of their numbers
  std::vector<const TraceEvent*> answers;  // segments that were sent because of this one
  bool again = false;                      // the same was met before: see repeats.hpp
};

// All of a host, in the order in which it met them. A segment of which no event
// has its ends (they were lost) is left out.
std::vector<SegmentPath> paths_at(const Timeline& timeline, const std::string& host);

// All events of a host, in the order of their numbers.
std::vector<const TraceEvent*> events_at(const Timeline& timeline, const std::string& host);

// Which of `paths`, all those of its host, the scenario's step `step_index` is
// about, a Path step with a segment: the first that fits and that no earlier
// Path step at that host was about. Segments that were sent again do not count,
// so the choice depends on what the scenario says and not on when it was looked.
// Null: it has not been seen yet.
const SegmentPath* path_of(const Timeline& timeline, const std::vector<SegmentPath>& paths,
                           const scenario::Scenario& scenario, std::size_t step_index);

// Whether the event is the expected one, over the timeline's family. reason_unknown: it is, but
// for the reason, which this kernel does not report (of a drop before 5.17, of a RST
// before 6.10).
enum class Fit { no, yes, reason_unknown };
Fit fit(const Timeline& timeline, const scenario::PathEvent& expected, const TraceEvent& event);

// In the words of a scenario's path: "inet_lhash2_lookup wildcard hit LISTEN of
// srv". A socket without a name is left out, and so is the outcome "enter".
std::string describe(const Timeline& timeline, const TraceEvent& event);
// "client:40000 > server:8888 S"
std::string describe(const Timeline& timeline, const SegmentPath& path);

}  // namespace lab::check
