// SPDX-License-Identifier: MIT
//
// Segments that were sent again, and when that says nothing about TCP.
#pragma once

#include <chrono>
#include <vector>

#include "check/segments.hpp"
#include "record/timeline.hpp"
#include "scenario/model.hpp"

namespace lab::check {

// For each of one host's segments, whether an earlier one was the same: the
// same ends, sequence number, flags and length. Only what takes up sequence
// numbers is retransmitted (RFC 9293, section 3.4): two equal pure ACKs are
// duplicate ACKs, two resets two answers. What the lab injected no TCP has sent,
// neither the first time nor again.
std::vector<bool> repeated(const std::vector<NumberedSegment>& segments);

// For how long the scenario has held a host's packets, at the most.
std::chrono::nanoseconds longest_hold(const scenario::Scenario& scenario, const Timeline& timeline);

// Whether packets were held for longer than the initial retransmission timeout
// (RFC 6298, section 2: 1 s; TCP_TIMEOUT_INIT). A scenario holds them for
// milliseconds, but the machine may stop in between; then the kernel is right
// to send again, and a repeated segment neither proves nor disproves anything.
bool held_past_timeout(const scenario::Scenario& scenario, const Timeline& timeline);

}  // namespace lab::check
