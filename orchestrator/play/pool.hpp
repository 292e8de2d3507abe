// SPDX-License-Identifier: MIT
//
// Runs jobs, some of them in parallel, each in its own process, so that one that hangs,
// crashes or floods its output does not stop the others.
//
// The caller must be the program's only thread (see play/process.hpp).
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <string>

#include "play/message.hpp"
#include "play/process.hpp"

namespace lab::play {

struct PoolSettings {
  std::size_t in_parallel = 1;  // whose work is not over; its process may still be ending
  std::chrono::milliseconds deadline{60'000};  // of each job, from its start
  // When this descriptor (a signalfd) becomes readable, all jobs are killed. -1: never.
  int cancel_fd = -1;
};

// How one job ended.
struct Ended {
  End end;
  bool timed_out = false;  // it was killed at its deadline
  std::chrono::milliseconds deadline{0};  // the deadline it had
  std::string error;                      // what was wrong with its messages; empty: nothing
  std::string words;                      // the last lines it printed, without control characters
  std::chrono::nanoseconds took{0};
};

// Jobs are numbered from 0.
struct Jobs {
  std::size_t count = 0;
  std::function<void(std::size_t job, const Line& line)> work;  // in the job's process
  // Called in this process, as events happen. `said` is called for each message, before the
  // job's `ended`.
  std::function<void(std::size_t job)> started;
  std::function<void(std::size_t job, Message message)> said;
  // Of jobs whose work is over, in the order in which they were started.
  std::function<void(std::size_t job, const Ended& ended)> ended;
};

// Starts the jobs in order and returns true when all have ended. Returns false when
// cancelled: running jobs were killed, without a call of `ended`. Throws SystemError when a
// process cannot be created.
bool run_jobs(const PoolSettings& settings, const Jobs& jobs);

}  // namespace lab::play
