// SPDX-License-Identifier: MIT
//
// What the programs of a run have started and left behind, in another process group or
// session. Their parent has ended, so the kernel gives them to the nearest process above that
// asked for them (PR_SET_CHILD_SUBREAPER), and that process can end them.
//
// Copies of this program that run by themselves (the crash cleanup, a keeper) are never
// touched: they end when it is time.
//
// Threading: in a program with one thread.
#pragma once

#include <sys/types.h>

#include <functional>
#include <vector>

#include "util/clock.hpp"

namespace lab {

// From now on this process becomes the parent of orphaned descendants. Children that it has now
// are not the lab's: a shell that becomes this program by exec leaves it those of `<(command)`.
// They are spared from then on. Throws SystemError.
void adopt_orphans();

// Reaps orphans that have ended. Does nothing unless this process has adopted them.
// `is_known`: a child that somebody else waits for.
void reap_orphans(const std::function<bool(pid_t child)>& is_known);

// Kills the descendants of this process, except the `spared` children and their own, and waits
// for their end. False: some are left at the deadline. Those that fork meanwhile are found, too,
// if they stay in a process group, or if the number of processes is limited.
bool end_descendants(const std::vector<pid_t>& spared, const Deadline& deadline);

}  // namespace lab
