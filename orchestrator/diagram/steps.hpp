// SPDX-License-Identifier: MIT
//
// The steps of a run and the checks made on them, as they come.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "draw/page.hpp"
#include "record/timeline.hpp"
#include "sequence/folded.hpp"

namespace lab::diagram {

// A step with its result, the module's answers and all checks; or why it was
// skipped. A reason why
// something was not observed is told in full only the first time; `told`
// remembers.
void draw_step(draw::Page& page, const Timeline& timeline, const StepRecord& step,
               std::set<std::string>& told);

// The mark of its outcome; a step that was not played has none, and a dash.
std::pair<std::string_view, draw::Ink> mark_of(const draw::Page& page, const StepRecord& step);

// The checks that failed, each with what was expected and seen, and its place in the
// scenario's file.
void draw_failed_checks(draw::Page& page, const Timeline& timeline, const StepRecord& step);

}  // namespace lab::diagram
