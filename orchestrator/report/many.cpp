// SPDX-License-Identifier: MIT
#include "report/many.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "draw/marks.hpp"
#include "report/failures.hpp"
#include "util/text.hpp"

namespace lab::report {
namespace {

using draw::Detail;
using draw::duration;
using draw::Ink;
using draw::ink_of;
using draw::Line;
using draw::Page;
using draw::print_hanging;
using draw::print_wrapped;
using draw::wrapped;

constexpr std::size_t shown_slowest = 10;

std::size_t count_labels(const std::map<std::string, std::vector<std::string>>& by_reason) {
  std::size_t count = 0;
  for (const auto& [why, labels] : by_reason) count += labels.size();
  return count;
}

std::string label_of(const PlaySummary& play) {
  PlayResult named;
  named.scenario = play.scenario;
  named.variant = play.variant;
  named.family = play.family;
  return label(named);
}

void draw_failed(Page& page, const Summary& summary, const std::string& flags) {
  bool first = true;
  for (const PlaySummary& play : summary.plays) {
    if (!play.failed) continue;
    if (first) page.heading("Failed");
    first = false;
    std::string remark;
    if (play.runs.total > 1)
      remark = fmt::format("{} of {} runs, first in run {}", play.runs.failed, play.runs.total,
                           play.failed_run);
    draw_failure(page, *play.failed, remark, command_for(*play.failed, flags));
  }
}

void draw_reasons(Page& page, std::string_view heading, Ink ink,
                  const std::map<std::string, std::vector<std::string>>& by_reason) {
  if (by_reason.empty()) return;
  page.heading(heading);
  for (const auto& [why, labels] : by_reason) {
    print_hanging(page, 2, page.glyphs().not_observed, 4, why, ink);
    print_hanging(page, 6, "", 6, fmt::format("{}", fmt::join(labels, ", ")));
  }
}

void draw_paths(Page& page, const Summary& summary) {
  const std::string line = paths_line(summary);
  if (line.empty()) return;
  page.heading("Paths");
  print_hanging(page, 2, "", 2, line);
}

// On one line; the run's own report has the whole text.
void draw_slowest_step(Page& page, const PlaySummary& play) {
  if (play.slowest.text.empty()) return;
  constexpr std::size_t column = 24;
  std::string text = play.slowest.number == 0
                         ? play.slowest.text
                         : fmt::format("step {}: {}", play.slowest.number, play.slowest.text);
  const auto parts = wrapped(text, page.width() - column - 2);
  if (parts.size() > 1) text = fmt::format("{} {}", parts.front(), page.glyphs().ellipsis);
  print_hanging(page, 15, duration(play.slowest_took), column, text, Ink::faint);
}

void draw_slowest(Page& page, const Summary& summary) {
  if (summary.plays.empty()) return;
  std::vector<const PlaySummary*> plays;
  for (const PlaySummary& play : summary.plays) plays.push_back(&play);
  std::ranges::stable_sort(plays, std::ranges::greater(), &PlaySummary::took);
  plays.resize(std::min(plays.size(), shown_slowest));
  page.heading("Slowest", "with the longest step");
  for (const PlaySummary* play : plays) {
    const std::string took = duration(play->took);
    Line line;
    line.to_right(11, took).add(took).to(13).add(label_of(*play), Ink::strong).print(page);
    draw_slowest_step(page, *play);
  }
}

}  // namespace

std::string counts_line(const Summary& summary) {
  const Runs runs = summary.runs();
  const std::size_t skipped = count_labels(summary.skipped);
  const std::size_t unplayable = count_labels(summary.unplayable);
  std::string line = fmt::format("{} of {}: {} passed, {} failed", plural(runs.total, "run"),
                                 plural(summary.scenarios, "scenario"), runs.passed, runs.failed);
  if (runs.not_observed > 0) line += fmt::format(", {} not observed", runs.not_observed);
  if (skipped > 0) line += fmt::format(", {} skipped", skipped);
  if (unplayable > 0) line += fmt::format(", {} could not run", unplayable);
  line += fmt::format(", in {}", duration(summary.took));
  if (summary.planned > 0)
    line += fmt::format("; interrupted, of {} planned", plural(summary.planned, "run"));
  return line;
}

void draw_summary(Page& page, const Summary& summary, const std::string& flags, Detail detail) {
  draw_failed(page, summary, flags);
  draw_reasons(page, "Could not run", Ink::bad, summary.unplayable);
  if (detail != Detail::verdicts) {
    draw_reasons(page, "Skipped", Ink::doubtful, summary.skipped);
    draw_paths(page, summary);
    draw_slowest(page, summary);
    page.blank();
  }
  if (summary.checks.not_observed > 0)
    print_wrapped(page,
                  fmt::format("{} not observed{}", plural(summary.checks.not_observed, "check"),
                              in_brackets(summary.not_observed)),
                  Ink::doubtful);
  const bool all_well = summary.unplayable.empty() && summary.planned == 0;
  print_wrapped(page, counts_line(summary), all_well ? ink_of(summary.verdict()) : Ink::bad);
  page.out().flush();
}

}  // namespace lab::report
