// SPDX-License-Identifier: MIT
//
// The output of the programs of a failed run, for reports that show only its end.
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

// A section with the title and last output of each program; nothing without programs.
void draw_programs(draw::Page& page, const Timeline& timeline);

}  // namespace lab::report
