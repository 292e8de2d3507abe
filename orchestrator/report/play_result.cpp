// SPDX-License-Identifier: MIT
#include "report/play_result.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "check/same_paths.hpp"
#include "report/summary.hpp"

namespace lab::report {
namespace {

using nlohmann::json;
using std::chrono::nanoseconds;

StepName name_of(const StepRecord& step) { return {step.index + 1, step.text, step.line}; }

std::optional<Failure> first_failure(const Timeline& timeline) {
  for (const StepRecord& step : timeline.steps)
    for (const Check& check : step.checks)
      if (check.outcome == Outcome::fail)
        return Failure{name_of(step), check.title, check.witness, check.expected, check.seen};
  if (timeline.aborted.empty()) return std::nullopt;
  const StepName last = timeline.steps.empty() ? StepName{} : name_of(timeline.steps.back());
  return Failure{last, "", "", "the play to come to its end", timeline.aborted};
}

json from_failure(const Failure& failure) {
  return {{"step", failure.step},
          {"title", failure.title},
          {"witness", failure.witness},
          {"expected", failure.expected},
          {"seen", failure.seen}};
}

Failure failure_from(const json& from) {
  return {from.at("step"), from.at("title"), from.at("witness"), from.at("expected"),
          from.at("seen")};
}

}  // namespace

PlayResult result_of(const Timeline& timeline) {
  PlayResult result;
  result.scenario = timeline.scenario;
  result.file = timeline.file;
  result.variant = timeline.variant;
  result.family = timeline.family;
  result.outcome = verdict(timeline);
  result.checks = tally(timeline);
  for (const StepRecord& step : timeline.steps) {
    if (!step.skipped.empty()) ++result.skipped_steps[step.skipped];
    for (const Check& check : step.checks)
      if (check.outcome == Outcome::not_observed) ++result.not_observed[why_not_observed(check)];
    if (const nanoseconds took{step.end - step.begin}; took > result.slowest_took) {
      result.slowest_took = took;
      result.slowest = name_of(step);
    }
  }
  if (timeline.trace_lost == 0) result.paths = check::paths_in_words(timeline);
  result.failure = first_failure(timeline);
  result.took = nanoseconds(timeline.end - timeline.begin);
  return result;
}

std::string label(const PlayResult& result) {
  return fmt::format("{}{}{} {}", result.scenario, result.variant.empty() ? "" : " ",
                     result.variant, family_name(result.family));
}

void to_json(json& into, const StepName& step) {
  into = {{"number", step.number}, {"text", step.text}, {"line", step.line}};
}

void from_json(const json& from, StepName& step) {
  step = {from.at("number"), from.at("text"), from.at("line")};
}

void to_json(json& into, const PlayResult& result) {
  into = {{"scenario", result.scenario},
          {"file", result.file},
          {"variant", result.variant},
          {"family", result.family},
          {"ending", result.ending},
          {"why", result.why},
          {"outcome", result.outcome},
          {"checks", {result.checks.pass, result.checks.fail, result.checks.not_observed,
                      result.checks.skipped}},
          {"not_observed", result.not_observed},
          {"skipped_steps", result.skipped_steps},
          {"paths", result.paths},
          {"took", result.took.count()},
          {"slowest", result.slowest},
          {"slowest_took", result.slowest_took.count()}};
  if (result.failure) into["failure"] = from_failure(*result.failure);
}

void from_json(const json& from, PlayResult& result) {
  const json& checks = from.at("checks");
  result = {from.at("scenario"),
            from.at("file"),
            from.at("variant"),
            from.at("family"),
            from.at("ending"),
            from.at("why"),
            from.at("outcome"),
            {checks.at(0), checks.at(1), checks.at(2), checks.at(3)},
            from.at("not_observed"),
            from.at("skipped_steps"),
            from.at("paths"),
            std::nullopt,
            nanoseconds(from.at("took").get<std::int64_t>()),
            from.at("slowest"),
            nanoseconds(from.at("slowest_took").get<std::int64_t>())};
  if (from.contains("failure")) result.failure = failure_from(from["failure"]);
}

}  // namespace lab::report
