// SPDX-License-Identifier: MIT
//
// A packet between two hosts. The captures contain it twice, where it left and where it arrived;
// a flight joins the two.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "record/timeline.hpp"

namespace lab::sequence {

struct Flight {
  std::string from, to;                           // hosts; the same over lo; "?": unknown link
  std::optional<Timestamp> left, arrived;         // at least one is set
  std::optional<std::size_t> departure, arrival;  // indices in the timeline
  std::string protocol;  // with an ICMP error's name: "icmp port-unreachable"
  std::optional<Segment> segment;
  // Relative to the initial sequence number of the sender, and of the receiver.
  std::uint32_t sequence = 0, acknowledgment = 0;
  bool again = false;               // a retransmission
  bool injected = false;            // no socket sent it
  std::optional<std::size_t> step;  // the step in which it was first seen

  Timestamp time() const { return left ? *left : *arrived; }
  bool whole() const { return left && arrived; }
};

// All flights of a run, in the order in which they left. Matches packets by their bytes, first
// sent with first arrived, along the links of the timeline.
std::vector<Flight> flights(const Timeline& timeline);

// True if neither end had received the other's packet when it sent its own. Either the capture
// proves it (both were in flight at the same time), or TCP does: a host that has received a SYN
// answers with an ACK, so two SYNs without ACK in opposite directions cross, however long one was
// held. Two SYN-ACKs also cross: a host that has received one is ESTABLISHED and sends no more
// SYNs (RFC 9293, figure 7).
bool crossing(const Flight& one, const Flight& other);

// Two bare SYNs that cross: RFC 9293, section 3.5, simultaneous open.
bool simultaneous_open(const Flight& one, const Flight& other);

}  // namespace lab::sequence
