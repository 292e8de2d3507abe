// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <set>

#include "draw/page.hpp"
#include "html/assets.hpp"
#include "html/fill.hpp"
#include "html/links.hpp"
#include "html/marks.hpp"
#include "html/sections.hpp"
#include "report/summary.hpp"
#include "util/text.hpp"

namespace lab::html {
namespace {

Fields fields_of(const Timeline& timeline, const sequence::MergedCheck& merged) {
  const Check& check = *merged.check;
  Fields fields;
  fields.put("class", class_of(check.outcome))
      .put("mark", mark_of(check.outcome))
      .put("title", linked(check.title, timeline.kernel))
      .put("saw", merged.saw)
      .put("blind", merged.blind);
  if (check.outcome == Outcome::fail)
    fields.put("expected", check.expected).put("seen", check.seen);
  return fields;
}

Fields fields_of(const Timeline& timeline, const StepRecord& step) {
  std::vector<Fields> checks, reasons;
  for (const sequence::MergedCheck& merged : sequence::merged_checks(step.checks)) {
    // If the step's text equals the check's title, the step's mark shows the outcome.
    if (merged.check->title != step.text || merged.check->outcome == Outcome::fail)
      checks.push_back(fields_of(timeline, merged));
  }
  std::set<std::string> known;
  for (const Check& check : step.checks)
    if (check.outcome == Outcome::not_observed && known.insert(why_not_observed(check)).second)
      reasons.push_back(Fields().put("why", why_not_observed(check)));
  Fields fields;
  fields.put("number", step.index + 1)
      .put("class", class_of(step))
      .put("mark", mark_of(step))
      .put("text", linked(step.text, timeline.kernel))
      .put("plain", step.text)  // a summary is a button, which may not have links in it
      .put("result", sequence::result_of(step))
      .put("skipped", step.skipped)
      .put("note", linked(step.note, timeline.kernel))
      .flag("more", !checks.empty() || !reasons.empty() || !step.note.empty())
      .flag("open", sequence::outcome_of(step) == Outcome::fail)
      .put("checks", checks)
      .put("reasons", reasons);
  if (!checks.empty()) fields.put("count", plural(checks.size(), "check"));
  if (step.skipped.empty())
    fields.put("took", draw::duration(std::chrono::nanoseconds(step.end - step.begin)));
  if (step.line > 0) fields.put("line", std::to_string(step.line));
  return fields;
}

bool only_prepares(const StepRecord& step) {
  return step.step_class == StepClass::prepares && step.skipped.empty() && step.note.empty() &&
         sequence::outcome_of(step) == Outcome::pass;
}

}  // namespace

std::string steps_section(const Timeline& timeline, const std::string& id) {
  static const Template page{asset::steps_mustache};
  if (timeline.steps.empty()) return "";
  const Tally sum = tally(timeline);
  std::vector<Fields> steps;
  for (auto step = timeline.steps.begin(); step != timeline.steps.end();) {
    const auto end = std::find_if_not(step, timeline.steps.end(), only_prepares);
    const auto count = static_cast<std::size_t>(end - step);
    if (count < 2) {
      steps.push_back(fields_of(timeline, *step++));
      continue;
    }
    const std::string words = fmt::format("{}-{}: {} that prepare", step->index + 1,
                                          std::prev(end)->index + 1, plural(count, "step"));
    const std::size_t first = steps.size();
    for (; step != end; ++step) steps.push_back(fields_of(timeline, *step));
    steps[first].put("preparing", words);
    steps.back().flag("prepared", true);
  }
  return page.fill(Fields()
                       .put("id", id)
                       .put("steps", steps)
                       .put("passed", plural(sum.pass, "check"))
                       .put("failed", sum.fail)
                       .put("unseen", sum.not_observed));
}

}  // namespace lab::html
