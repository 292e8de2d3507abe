// SPDX-License-Identifier: MIT
//
// What the guest of one submission needs: which runs, and which files. A check whose files or
// answers are missing is not run.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "grade/assignment.hpp"
#include "grade/score.hpp"
#include "grade/submission.hpp"
#include "util/architecture.hpp"
#include "vm/run.hpp"

namespace lab::grade {

// Where busybox is in a guest: its shell runs commands.
inline constexpr std::string_view guest_shell = "/bin/busybox";

// The command of a check, for a guest of its own.
struct Errand {
  std::size_t check = 0;  // its place in the assignment
  std::vector<vm::Upload> uploads;
};

struct Prepared {
  std::map<std::string, std::string> values;  // of the scenarios' parameters
  std::vector<Evidence> evidence;             // for each check
  std::vector<std::string> scenarios;         // the files to run, in the assignment's folder
  std::vector<vm::Upload> uploads;
  std::vector<Errand> errands;
  std::vector<std::string> notes;  // about the submission's files, for the student

  std::vector<play::Play> plays() const;  // of all checks that are run
};

// Writes the submission's files below `folder`, which must exist, be empty and remain until
// the guest, of that architecture, has ended. Throws UsageError only for a mistake in the
// assignment.
Prepared prepare(const Assignment& assignment, const std::string& student, const Taken& taken,
                 const std::string& folder, const Architecture& guest = this_architecture());

}  // namespace lab::grade
