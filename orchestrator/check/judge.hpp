// SPDX-License-Identifier: MIT
//
// What a scenario expects against what was seen. Pure: the runner has seen, the
// checks only compare, so that they are tested with literal values and without
// root. Any thread may call them.
#pragma once

#include <vector>

#include "record/timeline.hpp"
#include "scenario/model.hpp"

namespace lab::check {

// The judgements on one step, given what `record` holds of it and what the
// timeline holds of hosts, sockets and packets. `record` may be a part of the
// timeline or not yet.
//
// The runner calls this while it waits, with fresh snapshots and packets, until
// no check fails or the deadline passes; then it sets `played.timed_out`, and
// the last result, which names the deadline, is what it records.
// What each step needs in the record:
//
// - What is judged by the errno of a call (scenario/verb.hpp): `played`; what else its
//   definition demands is in `played`, too.
// - Exec, Await, Stop: `played` with `data` and `exit`.
// - Info: `info`.
// - Tables, Observe: `snapshots`, one a host; of several of one host the last counts.
// - Lookup: `lookups`; the last counts.
// - Packets: the timeline's packets (segments.hpp says which are its own).
// - Path: the timeline's trace (paths.hpp says which segment is its own).
// - NoRetransmission: the timeline's packets, and `snapshots` of every host.
//
// A witness that could not see gives Outcome::not_observed with its reason.
// A successful call that arranges something and claims nothing about TCP, such as hold
// or close, gives no check.
std::vector<Check> judge(const scenario::Scenario& scenario, const scenario::Step& step,
                         const StepRecord& record, const Timeline& timeline);

// Whether the step waits until what it expects can be seen, by looking again,
// rather than for a system call to return.
bool waits(const scenario::Action& action);

}  // namespace lab::check
