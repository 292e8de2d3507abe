// SPDX-License-Identifier: MIT
//
// A segment trace for readers: caller, function, outcome and socket. Omits what another line
// already shows. The JSON report has everything.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "draw/page.hpp"
#include "record/kernel_function.hpp"
#include "record/timeline.hpp"

namespace lab::sequence {

struct PathRow {
  std::string asker;                       // "tcp_v4_rcv"; empty: the same as the row above
  std::optional<KernelFunction> function;  // nothing: the asker did no more
  std::string what;                        // in words: "inet_lhash2_lookup wildcard"
  std::string outcome;                     // "miss"; empty: it has none that says something
  std::string socket;                      // "srv, LISTEN"; empty: none
  draw::Ink ink = draw::Ink::plain;        // of the outcome
  bool operator==(const PathRow&) const = default;
};

// The rows of one segment on the receiving host, by event number.
std::vector<PathRow> rows_of(const Timeline& timeline,
                             const std::vector<const TraceEvent*>& events);

// The same in short: each function once, with its last outcome. Omits functions that decided
// nothing.
struct PathCall {
  std::string function;  // "__inet_lookup_established"
  std::string outcome;   // "miss"; empty: it has none that says something
  draw::Ink ink = draw::Ink::plain;
  bool operator==(const PathCall&) const = default;
};
std::vector<PathCall> calls_of(const std::vector<PathRow>& rows);

}  // namespace lab::sequence
