// SPDX-License-Identifier: MIT
#include "report/steps.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "diagram/checks.hpp"
#include "draw/marks.hpp"
#include "record/entries.hpp"
#include "util/error.hpp"

namespace lab::report {
namespace {

using draw::columns;
using draw::Ink;
using draw::Line;
using draw::milliseconds;
using draw::Page;
using draw::print_hanging;
using draw::wrapped;
using sequence::merged_checks;
using sequence::MergedCheck;
using sequence::outcome_of;
using sequence::result_of;

constexpr std::size_t mark_column = 1, text_column = 8, check_column = 10;

void draw_lookup(Page& page, const Timeline& timeline, const StepRecord& step_of,
                 const Lookup& lookup) {
  if (!lookup.answer) {
    if (outcome_of(step_of) == Outcome::not_observed) return;  // its checks say why
    print_hanging(page, check_column, page.glyphs().not_observed, check_column + 2,
                  fmt::format("lookup on {} not observed: {}", lookup.host, lookup.why_not),
                  Ink::doubtful);
    return;
  }
  const LookupAnswer& answer = *lookup.answer;
  Line()
      .to(check_column)
      .add("a SYN ")
      .add(answer.tuple.source.str())
      .add(" > ")
      .add(answer.tuple.destination.str())
      .add(" meets", Ink::plain)
      .print(page);
  for (const LookupStep& step : answer.steps) {
    if (step.step == LookupStepName::verdict) continue;  // printed below, in words
    Line line;
    line.to(check_column + 2)
        .add(to_string(step.step))
        .to(check_column + 19)
        .add(to_string(step.result), step.result == LookupResult::hit ? Ink::accent : Ink::faint);
    std::string details;
    const auto put = [&details](const std::string& text) {
      details += (details.empty() ? "" : ", ") + text;
    };
    if (step.bucket) put(fmt::format("bucket {}", *step.bucket));
    if (step.walked) put(fmt::format("{} walked", *step.walked));
    if (step.score) put(fmt::format("score {}", *step.score));
    line.to(check_column + 29).add(details, Ink::faint);
    if (step.socket) {
      const std::string name = socket_name(timeline, step.socket->cookie);
      line.add(details.empty() ? "" : "  ")
          .add(name.empty() ? describe(*step.socket)
                            : fmt::format("{}: {}", name, describe(*step.socket)));
    }
    line.print(page);
  }
  Line line;
  line.to(check_column + 2)
      .add("verdict")
      .to(check_column + 19)
      .add(to_string(answer.verdict), Ink::accent);
  if (!answer.handler.empty()) line.add(" by " + answer.handler + "()");
  line.print(page);
  if (!answer.agrees)
    print_hanging(page, check_column + 2, page.glyphs().fail, check_column + 5,
                  "the module's own walk found a different socket than the kernel's functions",
                  Ink::bad);
  if (!answer.caveat.empty())
    print_hanging(page, check_column + 2, "caveat", check_column + 19,
                  fmt::format("{}: a live segment may meet something else", answer.caveat),
                  Ink::doubtful);
}

// The text of a step with several expectations contains them all, and its checks repeat them one
// by one.
bool repeated_by_checks(const StepRecord& step) {
  return std::any_of(step.checks.begin(), step.checks.end(),
                     [&step](const Check& check) { return check.title != step.text; });
}

void draw_step_line(Page& page, const StepRecord& step) {
  const draw::Span mark = diagram::mark_of(page.glyphs(), step);
  const bool skipped = !step.skipped.empty();
  const std::string number = std::to_string(step.index + 1);
  const std::string took = skipped ? "skipped" : milliseconds(step.end - step.begin);
  const std::string result = result_of(step);
  const std::size_t margin = page.width() - 11;  // where the result ends

  auto text = wrapped(step.text, page.width() - text_column - 14);
  if (text.size() > 1 && repeated_by_checks(step)) {
    text.resize(1);
    text[0].append(" ").append(page.glyphs().ellipsis);
  }
  Line line;
  line.to(mark_column)
      .add(mark.text, mark.ink)
      .to_right(text_column - 2, number)
      .add(number, Ink::faint)
      .to(text_column)
      .add(text[0], Ink::strong);
  const bool fits =
      text.size() == 1 && columns(result) + 2 + line.columns() <= margin && !result.empty();
  if (fits) line.to_right(margin, result).add(result);
  line.to_right(page.width(), took).add(took, Ink::faint).print(page);
  for (std::size_t i = 1; i < text.size(); ++i)
    Line().to(text_column).add(text[i], Ink::strong).print(page);
  if (!fits && !result.empty())
    print_hanging(page, check_column, page.glyphs().right, check_column + 2, result);
  if (skipped)
    print_hanging(page, check_column, page.glyphs().horizontal, check_column + 2, step.skipped,
                  Ink::doubtful);
}

}  // namespace

void draw_step(Page& page, const Timeline& timeline, const StepRecord& step,
               std::set<std::string>& known) {
  draw_step_line(page, step);
  if (!step.note.empty()) print_hanging(page, text_column, "", text_column, step.note, Ink::faint);
  for (const Lookup& lookup : step.lookups) draw_lookup(page, timeline, step, lookup);
  for (const MergedCheck& each : merged_checks(step.checks)) {
    // If the step's text equals the check's title, the step's mark already shows the outcome.
    if (each.check->title != step.text) diagram::draw_check(page, each);
    if (each.check->outcome == Outcome::fail)
      diagram::draw_failure(page, *each.check, fmt::format("{}:{}", timeline.file, step.line));
  }
  for (const Check& check : step.checks) {
    if (check.outcome != Outcome::not_observed) continue;
    const std::string why = why_not_observed(check);
    if (known.insert(why).second)
      print_hanging(page, check_column, page.glyphs().not_observed, check_column + 2,
                    "not observed: " + why, Ink::doubtful);
  }
}

}  // namespace lab::report
