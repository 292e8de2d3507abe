// SPDX-License-Identifier: MIT
//
// What the programs of a failed play printed, for reports that show its end only.
#pragma once

#include <string>

#include "draw/page.hpp"
#include "record/timeline.hpp"

namespace lab::report {

// The last lines of a program's standard output and error, in the order in which it wrote
// them, without control characters: at most 20 lines and 8 KiB.
std::string last_output(const ProgramRecord& program);

// "sub on server, exit 1: ./forgot"; "still running" if it had not ended by itself.
std::string title_of(const ProgramRecord& program);

// A section with the title and the last output of each program; without programs, nothing.
void draw_programs(draw::Page& page, const Timeline& timeline);

}  // namespace lab::report
