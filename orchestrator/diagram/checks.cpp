// SPDX-License-Identifier: MIT
#include "diagram/checks.hpp"

#include <fmt/format.h>

#include "draw/marks.hpp"

namespace lab::diagram {
namespace {

using draw::Ink;
using draw::Line;
using draw::Page;
using draw::print_hanging;

constexpr std::size_t check_column = 10;

}  // namespace

draw::Span mark_of(const draw::Glyphs& glyphs, const StepRecord& step) {
  if (!step.skipped.empty()) return {std::string(glyphs.horizontal), Ink::doubtful};
  const auto [mark, ink] = draw::mark_of(glyphs, sequence::outcome_of(step));
  return {std::string(mark), ink};
}

FailedChecks failed_checks_of(const Timeline& timeline, const StepRecord& step) {
  FailedChecks failed{{}, fmt::format("{}:{}", timeline.file, step.line)};
  for (const Check& check : step.checks)
    if (check.outcome == Outcome::fail) failed.checks.push_back(&check);
  return failed;
}

void draw_check(Page& page, const sequence::MergedCheck& merged) {
  const auto [mark, ink] = draw::mark_of(page.glyphs(), merged.check->outcome);
  const std::size_t hang = check_column + draw::columns(mark) + 1;
  const std::string gap = merged.saw.empty() || merged.blind.empty() ? "" : "  ";
  const std::string blind =
      merged.blind.empty() ? "" : fmt::format("{} {}", page.glyphs().not_observed, merged.blind);
  const std::string margin = merged.saw + gap + blind;
  const auto parts =
      draw::wrapped(merged.check->title, page.width() - hang - draw::columns(margin) - 2);
  for (std::size_t i = 0; i < parts.size(); ++i) {
    Line line;
    if (i == 0) line.to(check_column).add(mark, ink);
    line.to(hang).add(parts[i]);
    if (i == 0)
      line.to_right(page.width(), margin)
          .add(merged.saw, Ink::faint)
          .add(gap)
          .add(blind, Ink::doubtful);
    line.print(page);
  }
}

void draw_failure(Page& page, const Check& check, const std::string& place) {
  constexpr std::size_t indent = check_column + 3, hang = indent + 10;
  print_hanging(page, indent, "expected", hang, check.expected);
  print_hanging(page, indent, "seen", hang, check.seen, Ink::bad);
  if (!check.cause.empty()) print_hanging(page, indent, "cause", hang, check.cause);
  print_hanging(page, indent, "at", hang, place);
}

void draw_failed_checks(Page& page, const FailedChecks& failed) {
  for (const Check* check : failed.checks) {
    draw_check(page, {check, check->witnesses.str(), ""});
    draw_failure(page, *check, failed.place);
  }
}

}  // namespace lab::diagram
