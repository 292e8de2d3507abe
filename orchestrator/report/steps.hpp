// SPDX-License-Identifier: MIT
//
// The steps of a run and the checks made on them, as they come.
#pragma once

#include <set>
#include <string>

#include "draw/page.hpp"
#include "record/timeline.hpp"

namespace lab::report {

// A step with its result, the module's answers and all checks; or why it was skipped. A
// reason why something was not observed is printed only where `known` does not have it
// yet.
void draw_step(draw::Page& page, const Timeline& timeline, const StepRecord& step,
               std::set<std::string>& known);

}  // namespace lab::report
