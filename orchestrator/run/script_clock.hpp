// SPDX-License-Identifier: MIT
//
// The clock of a packetdrill script: when each of its steps is due.
#pragma once

#include <cstdint>
#include <optional>

#include "run/run_context.hpp"
#include "scenario/model.hpp"

namespace lab::run {

class ScriptClock {
 public:
  // When the step, which has a moment, is due. The first one starts the clock.
  Due due(const scenario::Step& step);
  std::optional<Timestamp> start() const { return start_; }
  // Sleeps until `due.earliest`. Packets are taken from the captures meanwhile.
  static void await(RunContext& context, const Due& due);
  // The step has happened, at that time.
  void happened(const scenario::Step& step, const Due& due, Timestamp when);
  // waited_for_processors() when the step before had happened: what is late since then may be late
  // for that.
  std::int64_t waited() const { return waited_; }

 private:
  std::optional<Timestamp> start_;
  Timestamp last_ = 0;  // when the step before happened
  std::int64_t waited_ = 0;
  // When it would have happened if a step took no time: that of the last pause or segment. A
  // segment that is expected behind several calls was sent by one of them, and is not early if it
  // came while this machine was busy with the others.
  Timestamp undelayed_ = 0;
  // When the injected packet before was due; nothing: the step before was something else. What
  // follows it counts from then, so that delays do not add up (packetdrill's
  // is_event_start_time_anchored()).
  std::optional<Timestamp> last_injected_;
};

// For how long some task of this machine has waited for a processor since it started (the kernel's
// Documentation/accounting/psi.rst), in nanoseconds. The task may be the one that sends a segment.
// 0: this kernel does not count it.
std::int64_t waited_for_processors();

// What an emulated processor may take for what a real one does at once, in nanoseconds: it executes
// some ten times slower, and its timers come late (QEMU's TCG). On a real one: 0.
std::int64_t slowness_of_processor();

// Plays a step at its time and judges it. If this machine missed the time, the step is not played,
// or not observed, and Timeline::missed says why.
void play_on_time(RunContext& context, const scenario::Step& step, ScriptClock& clock,
                  StepRecord& record);

}  // namespace lab::run
