// SPDX-License-Identifier: MIT
//
// The steps of a run and the checks made on them, as they come.
#pragma once

#include <set>
#include <string>

#include "record/timeline.hpp"
#include "report/folded.hpp"
#include "report/page.hpp"

namespace lab::report {

// A step with its result, the module's answers and all checks; or why it was
// skipped. A reason why
// something was not observed is told in full only the first time; `told`
// remembers.
void draw_step(Page& page, const Timeline& timeline, const StepRecord& step,
               std::set<std::string>& told);

// The step alone, without its checks, for a list of what led up to something.
void draw_step_line(Page& page, const StepRecord& step);

// A pass is good, a fail bad, what was not observed doubtful.
Ink ink_of(Outcome outcome);

// Everything that helps with what failed: the first failed check with what was
// expected and seen, its place in the scenario's file, the steps so far and the
// tables at that moment; then the other failed checks. Nothing when none failed.
void draw_failures(Page& page, const Timeline& timeline);

}  // namespace lab::report
