// SPDX-License-Identifier: MIT
//
// The paths of a whole play as one text, to find out whether another play of
// the same scenario took the same ones.
#pragma once

#include <string>

#include "record/timeline.hpp"

namespace lab::check {

// Host after host, the segments that it received, in their order, and under
// each its events in the words of a scenario's path. Times, numbers and
// whatever else is new in every play are left out, and so is tcp_add_backlog:
// whether the socket's owner held it at that moment is the scheduler's doing,
// and the socket deals with the segment all the same. Segments that were sent
// again are left out, too, as is a pure ACK's kfree_skb (see docs/proc.md).
// Empty without a trace.
std::string paths_in_words(const Timeline& timeline);

// The first line in which they differ: "first: …; then: …". Empty: they do not.
std::string first_difference(const std::string& one, const std::string& other);

}  // namespace lab::check
