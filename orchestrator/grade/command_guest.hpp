// SPDX-License-Identifier: MIT
//
// Runs the command of a check in one fresh guest. Nothing in that guest is trusted, its kernel
// included: what the command prints and its exit status are judged outside of it.
#pragma once

#include <chrono>

#include "grade/guest.hpp"

namespace lab::grade {

// A guest that is lost is tried once more: whether the submission or this machine broke it cannot
// be seen, but a machine is rarely short of something twice. Throws EnvironmentError if no guest
// could be booted, or the judge has no answer.
CommandEnd run_command(const Assignment& assignment, const Errand& errand, const Prepared& prepared,
                       const GuestOptions& options);

// The longest that it takes.
std::chrono::milliseconds longest_command(const Assignment& assignment,
                                          const GuestOptions& options);

}  // namespace lab::grade
