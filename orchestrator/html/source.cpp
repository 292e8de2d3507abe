// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <map>

#include "html/assets.hpp"
#include "html/fill.hpp"
#include "html/marks.hpp"
#include "html/sections.hpp"
#include "report/summary.hpp"
#include "util/text.hpp"

namespace lab::html {
namespace {

// The words after a step's line.
std::string outcome_words(const StepRecord& step) {
  if (!step.skipped.empty()) return "skipped: " + step.skipped;
  for (const Check& check : step.checks)
    if (check.outcome == Outcome::fail) return check.seen;
  for (const Check& check : step.checks)
    if (check.outcome == Outcome::not_observed) return "not observed: " + why_not_observed(check);
  return sequence::result_of(step);
}

}  // namespace

std::string source_section(const Timeline& timeline, const std::string& text,
                           const std::string& id) {
  static const Template page{asset::source_mustache};
  // A line may contain several steps; the first failed one is shown.
  std::map<int, const StepRecord*> steps;
  for (const StepRecord& step : timeline.steps) {
    const StepRecord*& known = steps[step.line];
    if (!known || (sequence::outcome_of(*known) != Outcome::fail &&
                   sequence::outcome_of(step) == Outcome::fail))
      known = &step;
  }
  std::vector<Fields> rows;
  int number = 0;
  std::string_view css_class;  // of the step that the line belongs to
  for (const std::string_view line : lines(text)) {
    Fields row;
    // A space keeps the line's height.
    row.put("line", line.empty() ? " " : line);
    if (const auto step = steps.find(++number); step != steps.end()) {
      css_class = class_of(*step->second);
      row.put("number", std::to_string(number))
          .put("mark", mark_of(*step->second))
          .put("words", outcome_words(*step->second))
          .put("step", step->second->index + 1);
    }
    rows.push_back(std::move(row.put("class", css_class)));
  }
  return page.fill(Fields().put("id", id).put("file", timeline.file).put("lines", rows));
}

}  // namespace lab::html
