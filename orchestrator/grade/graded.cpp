// SPDX-License-Identifier: MIT
#include "grade/graded.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <optional>

#include "json/place.hpp"
#include "util/printable.hpp"

namespace lab::grade {
namespace {

using nlohmann::json;
using Verdict = CheckResult::Verdict;

constexpr std::pair<Verdict, std::string_view> verdict_words[] = {
    {Verdict::passed, "passed"},       {Verdict::partly, "partly"},
    {Verdict::failed, "failed"},       {Verdict::not_run, "not run"},
    {Verdict::no_result, "no result"}, {Verdict::not_observed, "not observed"}};

std::optional<Verdict> verdict_from(std::string_view word) {
  for (const auto& [verdict, known] : verdict_words)
    if (known == word) return verdict;
  return std::nullopt;
}

Points points_at(const JsonPlace& place) {
  const json& value = place.value();
  const double hundredths = value.is_number() ? value.get<double>() * 100 : -1;
  if (!(hundredths >= 0) || hundredths > static_cast<double>(most_points.hundredths) * 1000)
    place.refuse("points must be a number that is not negative");
  return {std::llround(hundredths)};
}

json to_value(const Finding& finding) {
  json value = json::object();
  for (const FindingField& field : finding_fields) value[field.name] = finding.*field.text;
  return value;
}

Finding finding_from(const JsonPlace& from) {
  Finding finding;
  for (const FindingField& field : finding_fields) finding.*field.text = from.text(field.name);
  return finding;
}

json to_value(const CheckResult& check) {
  json parts = json::array(), findings = json::array();
  for (const PartResult& part : check.parts)
    parts.push_back(
        {{"step", part.step}, {"points", part.points.number()}, {"earned", part.earned.number()}});
  for (const Finding& finding : check.findings) findings.push_back(to_value(finding));
  return {{"name", check.name},
          {"title", check.title},
          {"visibility", check.hidden ? "hidden" : "public"},
          {"hint", check.hint},
          {"points", check.points.number()},
          {"earned", check.earned.number()},
          {"verdict", to_string(check.verdict)},
          {"why", check.why},
          {"parts", parts},
          {"findings", findings}};
}

CheckResult check_from(const JsonPlace& from) {
  CheckResult check;
  check.name = from.text("name");
  check.title = from.text("title");
  check.hidden = from.text("visibility") == "hidden";
  check.hint = from.text("hint");
  check.points = points_at(from.at("points"));
  check.earned = points_at(from.at("earned"));
  check.verdict = from.at("verdict").parsed(verdict_from, "a verdict");
  check.why = from.text("why");
  check.parts = from.list("parts", [](const JsonPlace& part) {
    return PartResult{part.text("step"), points_at(part.at("points")),
                      points_at(part.at("earned"))};
  });
  check.findings = from.list("findings", finding_from);
  return check;
}

void add_line(std::string& text, std::string_view label, std::string_view words) {
  if (!words.empty()) text += fmt::format("{}{}\n", label, printable_line(words));
}

std::string lines_of(const Finding& finding) {
  std::string text;
  add_line(text, "", place_of(finding));
  for (const FindingField& field : finding_fields)
    if (!field.label.empty()) add_line(text, fmt::format("  {}", field.label), finding.*field.text);
  return text;
}

}  // namespace

std::string_view to_string(Verdict verdict) {
  return std::ranges::find(verdict_words, verdict, &std::pair<Verdict, std::string_view>::first)
      ->second;
}

std::string place_of(const Finding& finding) {
  return finding.step.empty() ? finding.run : fmt::format("{}, {}", finding.run, finding.step);
}

Points Graded::points() const {
  Points sum;
  for (const CheckResult& check : checks) sum += check.points;
  return sum;
}

Points Graded::earned() const {
  Points sum;
  for (const CheckResult& check : checks) sum += check.earned;
  return sum;
}

std::string why_for_student(const CheckResult& check) {
  return check.hidden && check.verdict != Verdict::not_run ? "" : check.why;
}

std::string feedback(const CheckResult& check) {
  std::string text;
  for (const PartResult& part : check.parts)
    if (!check.hidden)
      add_line(
          text, "",
          fmt::format("{} of {}: {}", to_string(part.earned), to_string(part.points), part.step));
  if (check.verdict == Verdict::passed) return text;
  add_line(text, "", why_for_student(check));
  if (check.hidden)
    add_line(text, "hint: ", check.hint);
  else
    for (const Finding& finding : check.findings) text += lines_of(finding);
  return text;
}

void to_json(json& into, const Graded& graded) {
  json checks = json::array();
  for (const CheckResult& check : graded.checks) checks.push_back(to_value(check));
  into = {{"schema", 1},
          {"assignment", graded.assignment},
          {"title", graded.title},
          {"student", graded.student},
          {"rubric", graded.rubric},
          {"fingerprint", graded.fingerprint},
          {"points", graded.points().number()},
          {"earned", graded.earned().number()},
          {"notes", graded.notes},
          {"checks", checks}};
  if (graded.not_graded.empty()) return;
  into["not_graded"] = graded.not_graded;
  into.erase("points");
  into.erase("earned");
}

Graded graded_from(const JsonPlace& from) {
  if (from.get<int>("schema") != 1) from.at("schema").refuse("this program reads schema 1");
  Graded graded;
  graded.assignment = from.text("assignment");
  graded.title = from.text("title");
  graded.student = from.text("student");
  graded.rubric = from.text("rubric");
  graded.fingerprint = from.text("fingerprint");
  graded.notes = from.list("notes", [](const JsonPlace& note) { return note.as<std::string>(); });
  graded.checks = from.list("checks", check_from);
  for (const CheckResult& check : graded.checks)
    if (check.earned > check.points) from.refuse("a check earned more than its points");
  return graded;
}

}  // namespace lab::grade
