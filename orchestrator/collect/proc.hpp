// SPDX-License-Identifier: MIT
//
// A walk through /proc. Processes come and go meanwhile: one that is gone is
// passed over, one that may not be looked at is counted.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace lab::collect {

// All processes of this pid namespace and those below, by number.
std::vector<pid_t> list_processes();

// /proc/PID/comm; empty: it is gone.
std::string command_of(pid_t pid);
// Stopped by a signal or a debugger (state T or t in /proc/PID/stat).
bool is_stopped(pid_t pid);

// Calls `visit` for each descriptor whose link in /proc/PID/fd is KIND:[INODE]:
// "socket", or "net" for a network namespace that is held open. False: the
// process may not be looked into.
bool for_each_descriptor(pid_t pid, std::string_view kind,
                         const std::function<void(int fd, std::uint64_t inode)>& visit);

// The descriptors of all processes that refer to sockets or network namespaces, in one
// pass: /proc/PID/fd of each process costs more than all that is done with it.
struct Descriptor {
  pid_t pid = 0;
  int fd = 0;
  std::uint64_t inode = 0;
};
struct Descriptors {
  std::vector<Descriptor> sockets, netns;
  bool all_seen = true;  // false: some processes may not be looked into
};
Descriptors list_descriptors();

}  // namespace lab::collect
