// SPDX-License-Identifier: MIT
//
// Prints checks and their outcomes on a text page.
#pragma once

#include <string>
#include <vector>

#include "draw/page.hpp"
#include "record/timeline.hpp"
#include "sequence/step_result.hpp"

namespace lab::diagram {

// The mark of a step's outcome; a dash if the step was skipped.
draw::Span mark_of(const draw::Glyphs& glyphs, const StepRecord& step);

// The failed checks of a step.
struct FailedChecks {
  std::vector<const Check*> checks;
  std::string place;  // of the step: "claim.yaml:11"
};
FailedChecks failed_checks_of(const Timeline& timeline, const StepRecord& step);

// Its title, with the witnesses at the right margin.
void draw_check(draw::Page& page, const sequence::MergedCheck& merged);

// What a check expected and saw, and its place.
void draw_failure(draw::Page& page, const Check& check, const std::string& place);

// Each check with its title, and what was expected and seen.
void draw_failed_checks(draw::Page& page, const FailedChecks& failed);

}  // namespace lab::diagram
