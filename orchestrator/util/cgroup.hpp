// SPDX-License-Identifier: MIT
//
// A control group (cgroup v2) for the programs of a run: it limits how many processes and how much
// memory they may have, also as user 0, and kills them all at once, also a fork bomb (Linux,
// Documentation/admin-guide/cgroup-v2.rst).
//
// If this process dies at once (SIGKILL), a child ends the programs and removes the group: the
// kernel would keep both.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "util/after_death.hpp"
#include "util/clock.hpp"
#include "util/fd.hpp"

namespace lab {

class Cgroup {
 public:
  // Makes it below our own; what a former process has left under this name is ended first.
  // Nothing: this machine has no cgroup v2, or we may not make one in it. Where our own may not
  // limit processes (its cgroup.subtree_control lacks pids), neither does this one. Those that need
  // more than `most_memory` bytes are killed together, and all count as one process for the
  // scheduler; 0: neither. Throws SystemError.
  static std::optional<Cgroup> make(const std::string& name, unsigned most_processes,
                                    std::uint64_t most_memory = 0);
  // Removes one that a process which has been killed has left; nothing if there is none.
  static void clear(const std::string& name, const Deadline& deadline);

  Cgroup(Cgroup&&) = default;
  Cgroup& operator=(Cgroup&&) = delete;
  // Kills all that is in it, and removes it.
  ~Cgroup();

  // A process that writes "0" here is in it from then on, with all that it starts.
  const Fd& entry() const { return entry_; }
  bool limits_processes() const { return limits_processes_; }
  bool limits_memory() const { return limits_memory_; }
  // The child that ends it if we die.
  pid_t cleanup() const { return cleanup_->pid(); }

  // Stops all that is in it, or lets it go on. What is stopped can be looked at and killed.
  void freeze() const;
  void thaw() const;

 private:
  Cgroup(std::filesystem::path path, Fd entry, bool limits_processes, bool limits_memory,
         std::unique_ptr<AfterDeath> cleanup);

  std::filesystem::path path_;
  Fd entry_;  // cgroup.procs; empty in one that was moved from
  bool limits_processes_ = false, limits_memory_ = false;
  std::unique_ptr<AfterDeath> cleanup_;
};

}  // namespace lab
