// SPDX-License-Identifier: MIT
//
// Checks and their outcomes on a text page.
#pragma once

#include <string>
#include <vector>

#include "draw/page.hpp"
#include "record/timeline.hpp"
#include "sequence/step_result.hpp"

namespace lab::diagram {

// The mark of a step's outcome; of a step that was skipped, a dash.
draw::Span mark_of(const draw::Glyphs& glyphs, const StepRecord& step);

// The checks of a step that failed.
struct FailedChecks {
  std::vector<const Check*> checks;
  std::string place;  // the step's in the scenario's file, "claim.yaml:11"
};
FailedChecks failed_checks_of(const Timeline& timeline, const StepRecord& step);

// Its title, and at the right margin the witnesses.
void draw_check(draw::Page& page, const sequence::MergedCheck& merged);

// What was expected and seen of a check, and where it is.
void draw_failure(draw::Page& page, const Check& check, const std::string& place);

// Each with its title, and what was expected and seen.
void draw_failed_checks(draw::Page& page, const FailedChecks& failed);

}  // namespace lab::diagram
