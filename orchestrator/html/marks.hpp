// SPDX-License-Identifier: MIT
//
// The CSS class and the glyph of an outcome; the glyph is for readers who see no colours.
#pragma once

#include <string_view>

#include "record/timeline.hpp"
#include "sequence/step_result.hpp"

namespace lab::html {

constexpr std::string_view skipped_mark = "–";

constexpr std::string_view class_of(Outcome outcome) {
  return outcome == Outcome::pass ? "pass" : outcome == Outcome::fail ? "fail" : "unseen";
}

constexpr std::string_view mark_of(Outcome outcome) {
  return outcome == Outcome::pass ? "✓" : outcome == Outcome::fail ? "✗" : "○";
}

// For a skipped step: "skipped" and a dash.
inline std::string_view class_of(const StepRecord& step) {
  return step.skipped.empty() ? class_of(sequence::outcome_of(step)) : "skipped";
}
inline std::string_view mark_of(const StepRecord& step) {
  return step.skipped.empty() ? mark_of(sequence::outcome_of(step)) : skipped_mark;
}

}  // namespace lab::html
