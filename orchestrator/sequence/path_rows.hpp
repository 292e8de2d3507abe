// SPDX-License-Identifier: MIT
//
// A segment's path as a person wants to read it: who asked, what was done, with
// which socket. What another line says as well is left out; nothing that could
// surprise is. All of it is in the JSON.
#pragma once

#include <string>
#include <vector>

#include "draw/page.hpp"
#include "record/timeline.hpp"

namespace lab::sequence {

struct PathRow {
  std::string asker;                 // "tcp_v4_rcv"; empty: the same as the row above
  std::string what;                  // "inet_lhash2_lookup wildcard"; empty: the asker did no more
  std::string outcome;               // "miss"; empty: it has none that says something
  std::string socket;                // "srv, LISTEN"; empty: none
  draw::Ink ink = draw::Ink::plain;  // of the outcome
  bool operator==(const PathRow&) const = default;
};

// Of one segment on the host that received it, in the order of their numbers.
std::vector<PathRow> rows_of(const Timeline& timeline,
                             const std::vector<const TraceEvent*>& events);

// The same path in short: each function once, with its last outcome. What
// decided nothing is left out.
struct PathCall {
  std::string function;  // "__inet_lookup_established"
  std::string outcome;   // "miss"; empty: it has none that says something
  draw::Ink ink = draw::Ink::plain;
  bool operator==(const PathCall&) const = default;
};
std::vector<PathCall> calls_of(const std::vector<PathRow>& rows);

}  // namespace lab::sequence
