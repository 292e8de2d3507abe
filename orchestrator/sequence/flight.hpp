// SPDX-License-Identifier: MIT
//
// A packet between two hosts. A capture has it twice, once where it left and once
// where it arrived; a flight is the two put together.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "record/timeline.hpp"

namespace lab::sequence {

struct Flight {
  std::string from, to;                    // hosts; the same one over lo; "?" when no link is known
  std::optional<Timestamp> left, arrived;  // one of the two is set, or both
  std::optional<std::size_t> departure, arrival;  // the same packets' places in the timeline
  std::string protocol;  // of an ICMP error with its name: "icmp port-unreachable"
  std::optional<Segment> segment;
  // Relative to the initial sequence number of the sender, and of the receiver.
  std::uint32_t sequence = 0, acknowledgment = 0;
  bool again = false;               // the same sequence number was sent before
  bool injected = false;            // no socket sent it
  std::optional<std::size_t> step;  // the step during which it was first seen

  Timestamp time() const { return left ? *left : *arrived; }
  bool whole() const { return left && arrived; }
};

// All flights of a run, in the order in which they left. Packets are matched
// by their bytes, first sent to first arrived, along the links of the timeline.
std::vector<Flight> flights(const Timeline& timeline);

// True when neither end had seen the other's packet when it sent its own.
// Either the capture proves it (both were under way at one moment), or TCP
// does: whoever has received a SYN answers with an ACK, so two SYNs in opposite
// directions that both have none were made in ignorance of each other, however
// long a hold then kept one of them back. So were two SYN-ACKs: whoever has
// received one is ESTABLISHED and sends no SYN any more (RFC 9293, figure 7).
bool crossing(const Flight& one, const Flight& other);

// Two bare SYNs that cross: RFC 9293, section 3.5, simultaneous open.
bool simultaneous_open(const Flight& one, const Flight& other);

}  // namespace lab::sequence
