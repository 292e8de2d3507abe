// SPDX-License-Identifier: MIT
//
// A run as one sequence diagram on a text page (docs/ladder.md says how it is read):
// the hosts' lanes beside each other, time running down.
#pragma once

#include "record/timeline.hpp"
#include "report/page.hpp"
#include "report/style.hpp"

namespace lab::report {

// In full: nothing is folded, and every event of every path has its line. Where a check
// failed, what was expected stands behind the step.
void draw_ladder(Page& page, const Timeline& timeline, Detail detail);

}  // namespace lab::report
