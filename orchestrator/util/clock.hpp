// SPDX-License-Identifier: MIT
//
// Two clocks, two uses. Deadlines count on CLOCK_MONOTONIC. What happened is
// stamped with CLOCK_REALTIME, because that is what AF_PACKET stamps packets
// with, and the timeline must sort both.
#pragma once

#include <chrono>
#include <cstdint>

namespace lab {

// Nanoseconds since the epoch, CLOCK_REALTIME.
using Timestamp = std::int64_t;

Timestamp now();

// When a step of a packetdrill script had to happen.
struct Due {
  Timestamp earliest = 0, latest = 0;
  std::int64_t tolerance = 0;  // nanoseconds
  // For how long, in nanoseconds, this machine may have delayed the step's segment: for so long it
  // kept the run, or other tasks, waiting for a processor meanwhile.
  std::int64_t delayed = 0;
};

// The time by which a condition must hold. Code waits for a condition and gives up
// at a deadline; only a scenario's own `wait` step waits for a fixed time.
class Deadline {
 public:
  explicit Deadline(std::chrono::milliseconds from_now)
      : end_(std::chrono::steady_clock::now() + from_now) {}
  bool passed() const { return std::chrono::steady_clock::now() >= end_; }
  // For poll(2): milliseconds left, rounded up, never negative.
  int poll_timeout() const;

 private:
  std::chrono::steady_clock::time_point end_;
};

}  // namespace lab
