// SPDX-License-Identifier: MIT
//
// Grades several submissions, each in a process and a guest of its own, so that none reaches
// another, and what goes wrong with one is its own.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <vector>

#include "grade/assignment.hpp"
#include "grade/graded.hpp"
#include "grade/guest.hpp"
#include "grade/store.hpp"
#include "grade/submission.hpp"

namespace lab::grade {

struct ClassOptions {
  GuestOptions guest;
  std::size_t jobs = 2;  // submissions in parallel
  bool again = false;    // grade those that have a stored result, too
};

// In the order of the submissions. `done` is called after each of them, with the number of those
// that have ended. Results are stored, except of those that could not be graded. For several
// submissions one guest is booted, from which theirs continue (vm/snapshot.hpp). Throws
// EnvironmentError if there is no QEMU or image. Nothing: a signal ended it; `signal_code` is
// then the exit code. Signals are blocked meanwhile.
std::optional<std::vector<Graded>> grade_class(const Assignment& assignment,
                                               const std::vector<Submission>& submissions,
                                               const Store& store, const ClassOptions& options,
                                               const std::function<void(std::size_t ended)>& done,
                                               int& signal_code);

}  // namespace lab::grade
