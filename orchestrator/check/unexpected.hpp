// SPDX-License-Identifier: MIT
//
// The segments behind a host's last Packets step, and those of a script, which no step expects.
// Pure.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "record/timeline.hpp"
#include "scenario/model.hpp"

namespace lab::check {

struct Unexpected {
  // The last Packets step at the host with `are`, `begin` or `next`, or one that says `then:
  // nothing`.
  std::size_t step = 0;
  bool anywhere = false;  // a step with `next`: not only behind it
  std::string host;
  std::vector<std::string> segments;  // as describe() writes them; may be empty
  // For a step that says `then: nothing`: whether that is so.
  std::optional<Check> check;
};

// One for each such step, in order, when the run is over. Leaves out segments that a `has` or a
// Path step at that host expects, and those that only the kernel's timers explain (repeats.hpp).
std::vector<Unexpected> unexpected_segments(const scenario::Scenario& scenario,
                                            const Timeline& timeline);

// "remote has seen 2 segments behind step 5 that no step expects: local > remote S. ...", without
// "behind step 5" if they are anywhere.
std::string describe(const Unexpected& unexpected);

}  // namespace lab::check
