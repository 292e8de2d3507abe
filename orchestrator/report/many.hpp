// SPDX-License-Identifier: MIT
//
// The end of a report of many scenarios.
#pragma once

#include <string>

#include "draw/page.hpp"
#include "report/summary.hpp"

namespace lab::report {

// What failed, what was skipped and why, what could not be played, the plays that
// took longest and for what, and the counts; of the verdicts alone, only what failed or
// could not be played, and the counts. `flags` as ManySettings has them.
void draw_summary(draw::Page& page, const Summary& summary, const std::string& flags,
                  draw::Detail detail = draw::Detail::usual);

// "92 plays of 60 scenarios: 90 passed, 1 failed, 1 skipped, in 12.3 s"
std::string counts_line(const Summary& summary);

}  // namespace lab::report
