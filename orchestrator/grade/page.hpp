// SPDX-License-Identifier: MIT
//
// A class as one self-contained page for a browser: the points of each submission and check, and
// for each run that failed what was expected and seen, and its ladder. It is for the teacher:
// it also shows what hidden checks saw. Pure.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "grade/assignment.hpp"
#include "grade/graded.hpp"
#include "report/document.hpp"

namespace lab::grade {

// `runs_of` gives the runs of a student; called once for each.
std::string to_page(
    const Assignment& assignment, const std::vector<Graded>& graded,
    const std::function<std::vector<report::Run>(const std::string& student)>& runs_of);

}  // namespace lab::grade
