// SPDX-License-Identifier: MIT
//
// Finds retransmitted segments, and cases in which they are legitimate.
#pragma once

#include <chrono>
#include <set>
#include <string>
#include <vector>

#include "check/segments.hpp"
#include "record/timeline.hpp"
#include "scenario/model.hpp"

namespace lab::check {

// For each of one host's segments, whether an earlier one had the same ends, sequence number,
// flags and length. Only segments that occupy sequence space are retransmitted (RFC 9293,
// section 3.4): two equal pure ACKs are duplicate ACKs, two equal resets are two answers.
// Ignores injected segments, because no TCP sent them.
std::vector<bool> repeated(const std::vector<NumberedSegment>& segments);

// The segments that a timer has repeated sooner than a scenario can know. A SYN-SENT socket that
// gets an ACK of something that it has not sent answers with RST, and repeats its SYN after
// TCP_TIMEOUT_MIN, two ticks (tcp_rcv_synsent_state_process()): whether that is before or after
// what the scenario injects next depends on the speed of the machine. The kernel does so only
// before the first retransmission (icsk_retransmits is 0), so it is at most one for each SYN.
std::set<const Packet*> repeats_of_timers(const std::vector<NumberedSegment>& segments);

// The longest time for which the scenario has held a host's packets.
std::chrono::nanoseconds longest_hold(const scenario::Scenario& scenario, const Timeline& timeline);

// Whether packets were held for longer than the initial retransmission timeout
// (RFC 6298, section 2: 1 s; TCP_TIMEOUT_INIT). Scenarios hold them for milliseconds, but a
// stalled machine may take longer; then the kernel rightly retransmits, and a repeated segment
// proves nothing.
bool held_past_timeout(const scenario::Scenario& scenario, const Timeline& timeline);
// "packets were held for 1.1 s, longer than the retransmission timeout"; empty: they were not.
std::string why_repeated(const scenario::Scenario& scenario, const Timeline& timeline);

}  // namespace lab::check
