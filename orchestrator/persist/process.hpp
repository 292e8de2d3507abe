// SPDX-License-Identifier: MIT
//
// A process that can be recognized later, even if its number was reused: also by its
// start time (proc_pid_stat(5), field 22).
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "util/fd.hpp"

namespace lab::persist {

struct Process {
  pid_t pid = 0;
  std::uint64_t start = 0;  // clock ticks since boot
  bool operator==(const Process&) const = default;
};

// /proc/sys/kernel/random/boot_id. Throws SystemError.
std::string boot_id();

// From /proc/PID/stat; nothing: there is no such process.
struct Stat {
  char state = '?';  // 'Z': it has ended and is waited for
  pid_t parent = 0;
  pid_t session = 0;
  std::uint64_t start = 0;
};
std::optional<Stat> stat_of(pid_t pid);
Process this_process();

// A pidfd of it; nothing: it has ended.
std::optional<Fd> open_process(const Process& process);

// Asks it to end (SIGTERM), and ends it (SIGKILL) if it does not within `patience`.
// Returns when it is gone. Throws SystemError (EPERM: it is not ours to end).
void end_process(const Process& process, std::chrono::milliseconds patience);

// A process in a network namespace.
struct Inhabitant {
  Process process;
  pid_t session = 0;
  std::string command;  // "ncat"
};
// By number. Only root sees the processes of other users.
std::vector<Inhabitant> inhabitants_of(std::uint64_t inode);

}  // namespace lab::persist
