// SPDX-License-Identifier: MIT
//
// From the reports of a submission's runs to its points. Pure. It fails closed: points are only
// given for what a report shows to have passed.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "grade/assignment.hpp"
#include "grade/graded.hpp"
#include "report/document.hpp"

namespace lab::grade {

// What is known about one check of one submission.
struct Evidence {
  std::vector<play::Play> plays;
  std::string not_run;  // why its runs were not started; empty: they were
};

// `runs`: those that the guest reported. `lost`: why its report cannot be used; empty: it can.
// `evidence` has an entry for each of the assignment's checks, in order.
std::vector<CheckResult> score(const Assignment& assignment, const std::vector<Evidence>& evidence,
                               const std::vector<report::Run>& runs, const std::string& lost);

}  // namespace lab::grade
