// SPDX-License-Identifier: MIT
//
// Graded submissions on the terminal.
#include "util/text.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <sstream>

#include "draw/page.hpp"
#include "grade/formats.hpp"
#include "util/printable.hpp"

namespace lab::grade {
namespace {

using draw::Ink;
using draw::Line;
using draw::Page;
using Verdict = CheckResult::Verdict;

Ink ink_of(Verdict verdict) {
  return verdict == Verdict::passed   ? Ink::good
         : verdict == Verdict::partly ? Ink::doubtful
                                      : Ink::bad;
}

std::string score_of(Points earned, Points points) {
  return fmt::format("{}/{}", to_string(earned), to_string(points));
}

void draw_findings(Page& page, const CheckResult& check) {
  for (const Finding& finding : check.findings) {
    print_hanging(page, 4, "", 4, place_of(finding), Ink::faint);
    for (const FindingField& field : finding_fields)
      if (const std::string& words = finding.*field.text; !field.label.empty() && !words.empty())
        print_hanging(page, 6, field.label, 10, printable_line(words));
  }
}

void draw_check(Page& page, const CheckResult& check, bool all) {
  Line line;
  line.to(2).add(score_of(check.earned, check.points), ink_of(check.verdict)).to(12);
  line.add(check.name).to(30).add(to_string(check.verdict), ink_of(check.verdict));
  if (check.hidden) line.add(" (hidden)", Ink::faint);
  line.print(page);
  print_hanging(page, 12, "", 12, check.title, Ink::faint);
  const bool shown = all || !check.hidden;
  if (shown)
    for (const PartResult& part : check.parts)
      print_hanging(page, 12, score_of(part.earned, part.points), 8, part.step,
                    part.earned == part.points ? Ink::plain : Ink::bad);
  if (check.verdict == Verdict::passed) return;
  if (const std::string why = all ? check.why : why_for_student(check); !why.empty())
    print_hanging(page, 4, "", 4, why);
  if (check.hidden && !check.hint.empty()) print_hanging(page, 4, "hint: ", 6, check.hint);
  if (shown) draw_findings(page, check);
}

std::string not_graded(const Graded& graded) {
  return fmt::format("not graded: {}", printable_line(graded.not_graded));
}

void draw_one(Page& page, const Graded& graded, bool all) {
  if (!graded.not_graded.empty())
    return print_hanging(page, 2, "", 2, not_graded(graded), Ink::doubtful);
  for (const CheckResult& check : graded.checks) draw_check(page, check, all);
  for (const std::string& note : graded.notes) print_hanging(page, 2, "", 2, note, Ink::doubtful);
  const bool full = graded.earned() == graded.points();
  Line()
      .to(2)
      .add(fmt::format("{} of {} points", to_string(graded.earned()), to_string(graded.points())),
           full ? Ink::good : Ink::strong)
      .print(page);
}

// What a submission did not earn in full: "echoes 2/4, closes 0/2".
std::string shortfall_of(const Graded& graded) {
  std::vector<std::string> checks;
  for (const CheckResult& check : graded.checks)
    if (check.earned != check.points)
      checks.push_back(fmt::format("{} {}{}", check.name, score_of(check.earned, check.points),
                                   check.verdict == Verdict::no_result ? " (no result)" : ""));
  return fmt::format("{}", fmt::join(checks, ", "));
}

void draw_class(Page& page, Points points, const std::vector<Graded>& graded) {
  std::size_t name = 8;
  for (const Graded& each : graded)
    name = std::max(name, std::min<std::size_t>(each.student.size(), 30));
  Points sum;
  std::size_t count = 0;  // of those that were graded
  for (const Graded& each : graded) {
    const bool known = each.not_graded.empty();
    const std::string label = fmt::format("{:<{}}  {:<9}", printable_line(each.student), name,
                                          known ? score_of(each.earned(), points) : "-");
    const std::string missing = known ? shortfall_of(each) : not_graded(each);
    print_hanging(page, 2, label, name + 13, missing.empty() ? "-" : missing,
                  !known                    ? Ink::doubtful
                  : each.earned() == points ? Ink::good
                                            : Ink::plain);
    sum += each.earned();
    count += known;
  }
  std::string line = plural(graded.size(), "submission");
  if (count > 0)
    line += fmt::format(", on average {:.2f} of {} points",
                        sum.number() / static_cast<double>(count), to_string(points));
  if (count < graded.size()) line += fmt::format(", {} not graded", graded.size() - count);
  Line().to(2).add(line).print(page);
}

}  // namespace

std::string text(const Assignment& assignment, const std::vector<Graded>& all_graded, bool all,
                 const draw::Style& style) {
  std::ostringstream out;
  Page page(out, style);
  out << page.painted(printable_line(assignment.title), Ink::strong) << "\n";
  if (all_graded.size() == 1 || all)
    for (const Graded& each : all_graded) {
      if (all_graded.size() > 1) page.heading(printable_line(each.student));
      draw_one(page, each, all);
    }
  if (all_graded.size() != 1) {
    if (all) page.heading("All");
    draw_class(page, assignment.points(), all_graded);
  }
  return out.str();
}

}  // namespace lab::grade
