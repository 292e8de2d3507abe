// SPDX-License-Identifier: MIT
//
// What a packet says of itself in a capture file: one line, made from the trace.
#pragma once

#include <string>
#include <vector>

#include "record/timeline.hpp"

namespace lab::report {

// One for each of timeline.packets; empty for those that have none: what is no
// TCP, and all of them without a trace. A packet that came in has its verdict,
// the frames that answer it and its path; one that went out the frame that it
// answers, if any. A frame's number is the packet's place in the timeline, from 1.
std::vector<std::string> packet_comments(const Timeline& timeline);

}  // namespace lab::report
