// SPDX-License-Identifier: MIT
//
// The end of a report of many scenarios.
#pragma once

#include <string>

#include "draw/page.hpp"
#include "report/summary.hpp"

namespace lab::report {

// Prints what failed, what was skipped or could not run and why, the slowest runs with their
// longest step, and the counts. With Detail::verdicts, only what failed or could not run, and
// the counts. `flags` as in ManySettings.
void draw_summary(draw::Page& page, const Summary& summary, const std::string& flags,
                  draw::Detail detail = draw::Detail::usual);

// "92 runs of 60 scenarios: 90 passed, 1 failed, 1 skipped, in 12.3 s"
std::string counts_line(const Summary& summary);

}  // namespace lab::report
