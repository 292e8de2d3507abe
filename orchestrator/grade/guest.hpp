// SPDX-License-Identifier: MIT
//
// Runs the scenarios of one submission in one fresh guest, and reads what came of them. The
// guest is not trusted (docs/trust.md): it may send its report and the results of its runs, by
// names that only its judge knows, and both must agree.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "grade/prepare.hpp"
#include "report/document.hpp"
#include "vm/run.hpp"

namespace lab::grade {

struct GuestOptions {
  std::string kernel = "6.1";                 // a Debian series
  std::size_t jobs = 4;                       // runs in parallel in the guest
  std::optional<vm::Parts> parts = {};        // of that series, found once for a class
  std::optional<vm::Snapshot> snapshot = {};  // from which each guest continues; nothing: it boots
};

struct Reported {
  std::vector<report::Run> runs;
  std::string lost;      // why there is no report that can be used; empty: there is one
  std::string document;  // the report, as `run --output` writes it
};

// Throws EnvironmentError if the guest could not be booted or was lost, whatever the reason: a
// machine with too little memory or time looks like a submission that broke its guest. Then
// nothing is known about the submission.
Reported run_in_guest(const Assignment& assignment, const Prepared& prepared,
                      const GuestOptions& options);

// 32 hexadecimal digits, which nobody can foresee.
std::string random_word();

// The machine of each submission's guest. What is stored for all must have been made with it.
vm::Options machine_for(const GuestOptions& options);

// The longest that run_in_guest() takes when `runs` runs are started.
std::chrono::milliseconds longest_time(const Assignment& assignment, std::size_t runs,
                                       const GuestOptions& options);

}  // namespace lab::grade
