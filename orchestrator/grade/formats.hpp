// SPDX-License-Identifier: MIT
//
// Graded submissions for programs and people. Pure. Only text() with `all` and to_document()
// contain what hidden checks saw; the others may be given to students (docs/grading.md). A
// submission that could not be graded has no points in any of them, not 0.
#pragma once

#include <string>
#include <vector>

#include "draw/style.hpp"
#include "grade/assignment.hpp"
#include "grade/graded.hpp"

namespace lab::grade {

// For the terminal: one submission's checks with their feedback, or a class with one line each.
// `all`: also what hidden checks saw, and each check of each submission of a class.
std::string text(const Assignment& assignment, const std::vector<Graded>& all_graded, bool all,
                 const draw::Style& style);

// {"schema": 1, "assignment": …, "submissions": […]}; each as it is stored.
std::string to_document(const Assignment& assignment, const std::vector<Graded>& graded);
// One line for each submission: student, points, and the points of each check.
std::string to_csv(const Assignment& assignment, const std::vector<Graded>& graded);
// One suite for each submission, one case for each check.
std::string to_junit(const std::vector<Graded>& graded);
// Gradescope's results.json, of one submission that was graded.
std::string to_gradescope(const Graded& graded);
// The last line that an autograder of Autolab prints: {"scores": {"echoes": 4}}. Of one submission
// that was graded.
std::string to_autolab(const Graded& graded);

}  // namespace lab::grade
