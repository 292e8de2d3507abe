// SPDX-License-Identifier: MIT
//
// Compares what a scenario expects with what was seen. Pure and thread-safe: the runner
// observes and the checks only compare, so tests need only literal values, without root.
#pragma once

#include <vector>

#include "record/timeline.hpp"
#include "scenario/model.hpp"

namespace lab::check {

// The checks of one step, from its `record` and from the hosts, sockets and packets of the
// timeline. The timeline may or may not contain `record`.
//
// The runner calls this repeatedly with new snapshots and packets, until no check fails or the
// deadline passes. Then it sets `played.timed_out` and calls it once more, so that the recorded
// checks name the deadline. What each step needs in the record:
//
// - Steps judged by errno (language/verb.hpp): `played`.
// - Exec, Await, Stop: `played` with `data` and `exit`.
// - Info: `info`.
// - Tables, Observe: `snapshots`, one per host; the last one of a host counts.
// - Lookup: `lookups`; the last counts.
// - Packets: the timeline's packets (segments.hpp selects the step's).
// - Path: the timeline's trace (paths.hpp selects the step's segment).
// - NoRetransmission: the timeline's packets, and `snapshots` of every host.
//
// A witness that could not observe results in Outcome::not_observed with its reason. A
// successful call that tests nothing about TCP, such as hold or close, results in no check.
std::vector<Check> judge(const scenario::Scenario& scenario, const scenario::Step& step,
                         const StepRecord& record, const Timeline& timeline);

// Whether the step is repeated until its expectation holds. Other steps wait only for their
// system call.
bool waits(const scenario::Action& action);

}  // namespace lab::check
