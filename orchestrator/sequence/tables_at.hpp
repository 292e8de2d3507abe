// SPDX-License-Identifier: MIT
//
// A host's three tables at any moment of a run: those that a step has read, changed by what the
// trace has reported since. Pure.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "record/timeline.hpp"
#include "sequence/buckets.hpp"

namespace lab::sequence {

struct TablesAt {
  // Nothing: no witness has shown anything of this table until now.
  std::optional<std::vector<Row>> ehash, listeners, bound;
  std::optional<std::size_t> step;  // whose reading they begin with, from 1
  std::size_t changes = 0;          // that the trace has reported since
  bool traced = false;              // false: what changed since the step was not observed
  // A closing socket has left ehash, and the trace does not report whether a TIME-WAIT took its
  // place (tcp_time_wait()).
  bool perhaps_time_wait = false;

  // Nothing of them was observed.
  bool unknown() const { return !ehash && !listeners && !bound; }
};

// The tables of `host` before `until`. Without a step that read them, those sockets that the trace
// has reported: of the bind table nothing, since bind() is not traced.
//
// What enters ehash or the listener hash is traced: state changes, requests and children. So are
// state changes to CLOSED, by which sockets leave them. A socket that was closed may still be in
// `bound` here, because the trace does not show when it gave its port back.
TablesAt tables_at(const Timeline& timeline, const Buckets& buckets, const std::string& host,
                   Timestamp until);

}  // namespace lab::sequence
