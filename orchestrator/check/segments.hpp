// SPDX-License-Identifier: MIT
//
// The TCP segments that a host's interfaces saw, as a scenario speaks of them:
// each once, in order, with relative numbers. And the ICMP errors among them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "record/timeline.hpp"
#include "scenario/model.hpp"

namespace lab::check {

// The initial sequence numbers that a host has seen: of each direction, that of
// the last SYN. A SYN that the lab injected into a connection begins no other one,
// and so counts only where there was none before.
class InitialNumbers {
 public:
  void see(const Packet& packet);
  // Nothing: no SYN was seen in that direction.
  std::optional<std::uint32_t> of(const Endpoint& from, const Endpoint& to) const;

 private:
  std::map<std::pair<Endpoint, Endpoint>, std::uint32_t> numbers_;
};
// Those that this host has seen by now.
InitialNumbers initial_numbers(const Timeline& timeline, const std::string& host);

struct NumberedSegment {
  const Packet* packet;  // into the timeline; its segment is set
  // Relative to the initial sequence number of the one who sends, and of the
  // one who receives. As on the wire where this host has seen none in that
  // direction (a reset has sequence number 0).
  std::uint32_t sequence = 0;
  std::uint32_t acknowledgment = 0;  // meaningless without ACK
};

// In the order in which the interfaces saw them. What crosses lo is seen twice,
// leaving and arriving, and counts once, as it leaves.
std::vector<NumberedSegment> segments_at(const Timeline& timeline, const std::string& host);

// Those which the scenario's step `step_index`, a Packets step, may claim: all
// at its host but the first ones that earlier Packets steps at that host have
// claimed. A step claims as many as it names: one that is exact names all there
// are, or it fails; of one that says how they begin, the rest stay for the next.
// One that says which are among them claims none, nor does one that was skipped.
// So the window depends on what the scenario says and not on when it was looked.
// Where packets were held for too long (repeats.hpp), those that were sent again
// are left out: no scenario can say whether there will be any.
std::vector<NumberedSegment> window(const Timeline& timeline, const scenario::Scenario& scenario,
                                    std::size_t step_index);

// The window and, in their place in it, the ICMP errors that the host's
// interfaces saw; of these `icmp` is set, and not the segment.
std::vector<NumberedSegment> window_with_errors(const Timeline& timeline,
                                                const scenario::Scenario& scenario,
                                                std::size_t step_index);

// "server > client R. seq 0 ack 1 length 0", "server > client icmp port-unreachable"
std::string describe(const Timeline& timeline, const NumberedSegment& segment);

}  // namespace lab::check
