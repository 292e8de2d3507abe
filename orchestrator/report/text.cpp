// SPDX-License-Identifier: MIT
#include "report/text.hpp"

#include <fmt/format.h>

#include "diagram/checks.hpp"
#include "diagram/ladder_text.hpp"
#include "diagram/topology_text.hpp"
#include "draw/marks.hpp"
#include "report/program_output.hpp"
#include "report/steps.hpp"
#include "report/summary.hpp"
#include "report/tables.hpp"
#include "sequence/step_result.hpp"

namespace lab::report {
namespace {

using diagram::draw_failed_checks;
using diagram::draw_ladder;
using diagram::draw_topology;
using diagram::failed_checks_of;
using diagram::topology_of;
using draw::Detail;
using draw::Ink;
using draw::ink_of;
using draw::Line;
using draw::Page;
using draw::print_hanging;
using sequence::outcome_of;

void draw_header(Page& page, const Timeline& timeline) {
  const std::string dot = fmt::format(" {} ", page.glyphs().dot);
  Line()
      .add(timeline.scenario, Ink::strong)
      .add(timeline.variant.empty() ? "" : dot)
      .add(timeline.variant, Ink::strong)
      .add(dot)
      .add(protocol_name(timeline.family), Ink::strong)
      .add(timeline.title.empty() ? "" : dot)
      .add(timeline.title)
      .print(page);
  if (!timeline.rule.empty()) print_hanging(page, 2, "rule", 10, timeline.rule);
  print_hanging(page, 2, "kernel", 10, timeline.kernel);
  print_hanging(page, 2, "module", 10, timeline.module);
}

}  // namespace

void TextReport::begin(const Timeline& timeline) {
  if (detail_ == Detail::verdicts) return;
  draw_header(page_, timeline);
  page_.blank();
  draw_topology(page_, topology_of(timeline));
  if (detail_ == Detail::full) page_.heading("Steps");
  page_.out().flush();
}

void TextReport::step(const Timeline& timeline, const StepRecord& step) {
  if (detail_ != Detail::full) return;
  draw_step(page_, timeline, step, reported_);
  for (const Snapshot& snapshot : step.snapshots) {
    page_.blank();
    draw_snapshot(page_, timeline, snapshot);
  }
  if (!step.snapshots.empty()) page_.blank();
  page_.out().flush();
}

void TextReport::end(const Timeline& timeline) {
  detail_ == Detail::verdicts ? failures(timeline) : pictures(timeline);
  draw::print_wrapped(page_, closing_line(timeline), ink_of(verdict_of(timeline)));
  if (detail_ != Detail::verdicts) page_.blank();
  page_.out().flush();
}

void TextReport::pictures(const Timeline& timeline) {
  draw_ladder(page_, timeline, detail_);
  draw_lives(page_, timeline);
  // In a full report they were printed at their steps.
  if (detail_ == Detail::usual) draw_last_snapshots(page_, timeline);
  // If a check failed, this was already printed.
  if (!timeline.aborted.empty() && tally(timeline).fail == 0) {
    page_.heading("The run ended early");
    print_hanging(page_, 2, page_.glyphs().fail, 5, timeline.aborted, Ink::bad);
  }
  if (verdict_of(timeline) == Outcome::fail) draw_programs(page_, timeline);
  page_.blank();
}

void TextReport::failures(const Timeline& timeline) {
  for (const StepRecord& step : timeline.steps) {
    if (outcome_of(step) != Outcome::fail) continue;
    print_hanging(page_, 2, fmt::format("step {}", step.index + 1), 10, step.text);
    draw_failed_checks(page_, failed_checks_of(timeline, step));
  }
  if (!timeline.aborted.empty() && tally(timeline).fail == 0)
    print_hanging(page_, 2, page_.glyphs().fail, 5, timeline.aborted, Ink::bad);
}

}  // namespace lab::report
