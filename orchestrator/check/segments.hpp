// SPDX-License-Identifier: MIT
//
// The TCP segments that a host's interfaces saw, as a scenario speaks of them:
// each once, in order, with relative numbers.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "record/timeline.hpp"
#include "scenario/model.hpp"

namespace lab::check {

struct NumberedSegment {
  const Packet* packet;  // into the timeline; its segment is set
  // Relative to the initial sequence number of the one who sends, and of the
  // one who receives: those of the last SYN in that direction. As on the wire
  // where this host saw no SYN in that direction (a reset has sequence number 0).
  std::uint32_t sequence = 0;
  std::uint32_t acknowledgment = 0;  // meaningless without ACK
};

// In the order in which the interfaces saw them. What crosses lo is seen twice,
// leaving and arriving, and counts once, as it leaves.
std::vector<NumberedSegment> segments_at(const Timeline& timeline, const std::string& host);

// Those which the scenario's step `step_index`, a Packets step, may claim: all
// at its host but the first ones that earlier Packets steps at that host have
// claimed. A step claims as many as it names: one that is exact names all there
// are, or it fails; of one that is not, the rest stay for the next. So the
// window depends on what the scenario says and not on when it was looked.
// Where packets were held for too long (repeats.hpp), those that were sent again
// are left out: no scenario can say whether there will be any.
std::vector<NumberedSegment> window(const Timeline& timeline, const scenario::Scenario& scenario,
                                    std::size_t step_index);

// "server > client R. seq 0 ack 1 length 0"
std::string describe(const Timeline& timeline, const NumberedSegment& segment);

}  // namespace lab::check
