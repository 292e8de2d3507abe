// SPDX-License-Identifier: MIT
//
// Many jobs, some of them in parallel, each in a process of its own: one that hangs,
// crashes or floods its output does not stop the others.
//
// One thread, which must be the program's only one (play/process.hpp says why).
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
  // When this becomes readable (a signalfd), all is ended. -1: never.
  int cancel_fd = -1;
};

// How one job ended.
struct Ended {
  End end;
  bool timed_out = false;  // it was killed at its deadline
  std::chrono::milliseconds deadline{0};  // that it had
  std::string error;       // what was wrong with what it sent; empty: nothing
  std::string words;       // the last lines of what it printed, without control characters
  std::chrono::nanoseconds took{0};
};

// Jobs are known by their numbers, from 0.
struct Jobs {
  std::size_t count = 0;
  std::function<void(std::size_t job, const Line& line)> work;  // in the job's process
  // In this process, as things happen. `said` comes for each message and before
  // that job's `ended`.
  std::function<void(std::size_t job)> started;
  std::function<void(std::size_t job, Message message)> said;
  std::function<void(std::size_t job, const Ended& ended)> ended;
};

// Starts the jobs in their order and returns when all have ended: true. False
// when it was cancelled: those that ran were killed, and no `ended` came for
// them. Throws SystemError when no process can be made.
bool run_jobs(const PoolSettings& settings, const Jobs& jobs);

}  // namespace lab::play
