// SPDX-License-Identifier: MIT
//
// The segments that steps of mode `next` expect (scenario::Packets), as packetdrill reads them:
// one after the other, each connection for itself, retransmissions included.
#pragma once

#include <string>
#include <vector>

#include "check/segments.hpp"
#include "record/timeline.hpp"
#include "scenario/model.hpp"

namespace lab::check {

// What this step's expected segment is compared with: one segment, or, if it has less data than
// expected, it and those that follow, until they have as much. Those that earlier such steps took
// are left out. Empty: nothing has come yet.
std::vector<NumberedSegment> next_segments(const Timeline& timeline,
                                           const scenario::Scenario& scenario,
                                           std::size_t step_index);

// The segments at the host that no such step has taken and no Inject step has sent, in order.
std::vector<NumberedSegment> segments_left(const Timeline& timeline,
                                           const scenario::Scenario& scenario,
                                           const std::string& host);

// Whether they have as much data as is expected, or one of them has none, so that waiting changes
// nothing.
bool is_whole(const scenario::Packets& packets, const std::vector<NumberedSegment>& segments);

}  // namespace lab::check
