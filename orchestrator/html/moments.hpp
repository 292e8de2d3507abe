// SPDX-License-Identifier: MIT
//
// The moments of a run that a reader steps through: the rows of its ladder, each with the hosts
// whose tables matter then, and at an arrival the lookup of its segment in them. Pure.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "diagram/ladder.hpp"
#include "html/arrival_lookup.hpp"
#include "record/timeline.hpp"
#include "sequence/tables_at.hpp"

namespace lab::html {

struct HostTables {
  std::string host;
  sequence::TablesAt tables;
};

struct Moment {
  std::size_t row = 0;                 // of the ladder
  std::optional<std::size_t> message;  // of the ladder's sequence; nothing: a step, or a change
  std::string time;                    // "67.594": ms since the ladder began
  std::string what;                    // "SYN seq 0 arrives at b"
  std::vector<std::string> changes;    // "right: SYN-SENT → SYN-RECEIVED"
  // At an arrival the receiver's tables as the segment finds them; otherwise those of the hosts of
  // the step or the change, after it. Empty: the run's first steps, if the report names no host of
  // theirs.
  std::vector<HostTables> hosts;
  std::optional<ArrivalLookup> lookup;
};

// In the order of the ladder's rows. Rows without a moment of their own are left out: failed
// checks, and similar segments that are merged into one row.
std::vector<Moment> moments_of(const Timeline& timeline, const diagram::Ladder& ladder);

}  // namespace lab::html
