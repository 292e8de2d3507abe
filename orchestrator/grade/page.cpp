// SPDX-License-Identifier: MIT
#include "grade/page.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "diagram/ladder_svg.hpp"
#include "grade/assets.hpp"
#include "html/assets.hpp"
#include "html/fill.hpp"

namespace lab::grade {
namespace {

using html::Fields;
using Verdict = CheckResult::Verdict;

const char* class_of(Verdict verdict) {
  return verdict == Verdict::passed ? "pass" : verdict == Verdict::partly ? "unseen" : "fail";
}

Fields fields_of(const Finding& finding) {
  Fields fields;
  for (const FindingField& field : finding_fields) fields.put(field.name, finding.*field.text);
  return fields;
}

Fields check_fields(const CheckResult& check) {
  std::vector<Fields> findings, parts;
  for (const Finding& finding : check.findings) findings.push_back(fields_of(finding));
  for (const PartResult& part : check.parts)
    parts.push_back(Fields()
                        .put("step", part.step)
                        .put("earned", to_string(part.earned))
                        .put("points", to_string(part.points)));
  return Fields()
      .put("name", check.name)
      .put("title", check.title)
      .put("class", class_of(check.verdict))
      .put("verdict", to_string(check.verdict))
      .put("earned", to_string(check.earned))
      .put("points", to_string(check.points))
      .put("why", check.why)
      .flag("hidden", check.hidden)
      .put("parts", parts)
      .put("findings", findings);
}

std::vector<Fields> ladders_of(const std::vector<report::Run>& runs) {
  std::vector<Fields> ladders;
  for (const report::Run& run : runs) {
    if (run.result.outcome != Outcome::fail || run.timeline.steps.empty()) continue;
    ladders.push_back(Fields()
                          .put("run", report::label(run.result))
                          .put("svg", diagram::ladder_svg(run.timeline, {.width = 760})));
  }
  return ladders;
}

Fields submission_fields(const Assignment& assignment, const Graded& graded, std::size_t number,
                         const std::vector<report::Run>& runs) {
  std::vector<Fields> checks, notes;
  for (const CheckResult& check : graded.checks) checks.push_back(check_fields(check));
  for (const std::string& note : graded.notes) notes.push_back(Fields().put("note", note));
  const bool known = graded.not_graded.empty();
  return Fields()
      .put("id", fmt::format("s{}", number))
      .put("student", graded.student)
      .put("not_graded", graded.not_graded)
      .put("columns", assignment.checks.size())
      .put("score", known ? fmt::format("{} of {}", to_string(graded.earned()),
                                        to_string(assignment.points()))
                          : "not graded")
      .flag("full", known && graded.earned() == assignment.points())
      .put("checks", checks)
      .put("notes", notes)
      .put("ladders", ladders_of(runs));
}

}  // namespace

std::string to_page(
    const Assignment& assignment, const std::vector<Graded>& graded,
    const std::function<std::vector<report::Run>(const std::string& student)>& runs_of) {
  static const html::Template page{asset::class_mustache};
  std::vector<Fields> submissions, columns;
  for (const RubricCheck& check : assignment.checks)
    columns.push_back(Fields().put("name", check.name).put("points", to_string(check.points)));
  for (std::size_t number = 0; number < graded.size(); ++number)
    submissions.push_back(
        submission_fields(assignment, graded[number], number + 1, runs_of(graded[number].student)));
  return page.fill(Fields()
                       .put("title", assignment.title)
                       .put("css", html::asset::page_css)
                       .put("columns", columns)
                       .put("submissions", submissions));
}

}  // namespace lab::grade
