// SPDX-License-Identifier: MIT
//
// The steps of a run and their checks, in order.
#pragma once

#include <set>
#include <string>

#include "draw/page.hpp"
#include "record/timeline.hpp"

namespace lab::report {

// A step with its result, the module's answers and all checks; or why it was skipped. Prints a
// reason why something was not observed only if `known` does not contain it yet.
void draw_step(draw::Page& page, const Timeline& timeline, const StepRecord& step,
               std::set<std::string>& known);

}  // namespace lab::report
