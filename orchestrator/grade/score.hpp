// SPDX-License-Identifier: MIT
//
// From the reports of a submission's runs to its points. Pure. It fails closed: points are only
// given for what a report shows to have passed.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "grade/assignment.hpp"
#include "grade/graded.hpp"
#include "report/document.hpp"

namespace lab::grade {

// How the command of a check ended.
struct CommandEnd {
  std::string lost;                    // why it has no result; empty: it has one
  std::string complaint;               // of the guest's kernel; empty: none
  int status = 0;                      // its exit status
  std::string wrote;                   // the end of what it wrote, without what its judge reads
  std::optional<std::string> refused;  // by its judge, with these words; nothing: accepted
};

// What is known about one check of one submission.
struct Evidence {
  std::vector<play::Play> plays;
  std::string not_run;  // why its runs were not started; empty: they were
  std::optional<CommandEnd> command = {};
};

// `runs`: those that the guest reported. `lost`: why its report cannot be used; empty: it can.
// `evidence` has an entry for each of the assignment's checks, in order.
std::vector<CheckResult> score(const Assignment& assignment, const std::vector<Evidence>& evidence,
                               const std::vector<report::Run>& runs, const std::string& lost);

}  // namespace lab::grade
