// SPDX-License-Identifier: MIT
//
// The paths of a whole play as one text, to compare them with those of another run.
#pragma once

#include <string>

#include "record/timeline.hpp"

namespace lab::check {

// For each host, the segments that it received, in order, each with its events in the words of
// the scenario language. Omits what differs between runs: times, numbers, retransmissions, and
// tcp_add_backlog, which depends on whether the socket's owner held it at that moment. Also
// omits a pure ACK's kfree_skb (see docs/proc.md). Empty without a trace.
std::string paths_in_words(const Timeline& timeline);

// The first line that differs, with its heading; empty: they are equal.
std::string first_difference(const std::string& one, const std::string& other);

}  // namespace lab::check
