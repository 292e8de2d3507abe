// SPDX-License-Identifier: MIT
//
// Comments for the packets of a capture file: one line each, from the trace.
#pragma once

#include <string>
#include <vector>

#include "record/timeline.hpp"

namespace lab::report {

// One for each of timeline.packets; empty if it is not TCP or there is no trace. A received
// packet has its verdict, the frames that answer it and its path; a sent one has the frame that
// it answers, if any. Frame numbers are indices in the timeline, from 1.
std::vector<std::string> packet_comments(const Timeline& timeline);

}  // namespace lab::report
