// SPDX-License-Identifier: MIT
#include "report/play_result.hpp"

#include <fmt/format.h>

#include <array>
#include <nlohmann/json.hpp>

#include "check/same_paths.hpp"
#include "json/stored_name.hpp"
#include "record/stored.hpp"

namespace lab::report {
namespace {

using nlohmann::json;
using std::chrono::nanoseconds;

StepName name_of(const StepRecord& step) { return {step.index + 1, step.text, step.line}; }

std::optional<Failure> first_failure(const Timeline& timeline) {
  for (const StepRecord& step : timeline.steps)
    for (const Check& check : step.checks)
      if (check.outcome == Outcome::fail)
        return Failure{name_of(step),  check.title, check.witnesses.str(),
                       check.expected, check.seen,  check.cause};
  if (timeline.aborted.empty()) return std::nullopt;
  const StepName last = timeline.steps.empty() ? StepName{} : name_of(timeline.steps.back());
  return Failure{last, "", "", "the run to finish", timeline.aborted};
}

struct EndingWord {
  PlayResult::Ending ending;
  std::string_view word;
};
constexpr std::array<EndingWord, 4> endings{{{PlayResult::Ending::played, "played"},
                                             {PlayResult::Ending::skipped, "skipped"},
                                             {PlayResult::Ending::unplayable, "unplayable"},
                                             {PlayResult::Ending::died, "died"}}};

std::optional<PlayResult::Ending> ending_from(std::string_view word) {
  for (const EndingWord& each : endings)
    if (each.word == word) return each.ending;
  return std::nullopt;
}

json from_failure(const Failure& failure) {
  json object = {{"step", failure.step},
                 {"title", failure.title},
                 {"witness", failure.witness},
                 {"expected", failure.expected},
                 {"seen", failure.seen}};
  if (!failure.cause.empty()) object["cause"] = failure.cause;
  return object;
}

Failure failure_from(const JsonPlace& from) {
  return {step_name_from(from.at("step")), from.text("title"), from.text("witness"),
          from.text("expected"),           from.text("seen"),  from.text_or_empty("cause")};
}

Tally tally_from(const JsonPlace& from) {
  return {from.get<std::size_t>("pass"), from.get<std::size_t>("fail"),
          from.get<std::size_t>("not_observed"), from.get<std::size_t>("skipped_steps")};
}

std::map<std::string, std::size_t> counts_from(const JsonPlace& from) {
  std::map<std::string, std::size_t> counts;
  for (const auto& [reason, count] : from.members())
    counts.emplace(reason, count.as<std::size_t>());
  return counts;
}

nanoseconds duration_from(const JsonPlace& from) { return nanoseconds(from.as<std::int64_t>()); }

}  // namespace

PlayResult result_of(const Timeline& timeline) {
  PlayResult result;
  result.scenario = timeline.scenario;
  result.file = timeline.file;
  result.variant = timeline.variant;
  result.family = timeline.family;
  result.outcome = verdict_of(timeline);
  if (!timeline.missed.empty()) {
    result.ending = PlayResult::Ending::unplayable;
    result.why = timeline.missed;
  }
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

std::string_view to_string(PlayResult::Ending ending) {
  for (const EndingWord& each : endings)
    if (each.ending == ending) return each.word;
  return "?";
}

std::string label(const PlayResult& result) {
  return fmt::format("{}{}{} {}", result.scenario, result.variant.empty() ? "" : " ",
                     result.variant, family_name(result.family));
}

void to_json(json& into, const StepName& step) {
  into = {{"number", step.number}, {"text", step.text}, {"line", step.line}};
}

StepName step_name_from(const JsonPlace& from) {
  return {from.get<std::size_t>("number"), from.text("text"), from.get<int>("line")};
}

void from_json(const json& from, StepName& step) { step = step_name_from(JsonPlace(from)); }

void to_json(json& into, const PlayResult& result) {
  into = {{"scenario", result.scenario},
          {"file", result.file},
          {"variant", result.variant},
          {"family", family_name(result.family)},
          {"ending", to_string(result.ending)},
          {"why", result.why},
          {"outcome", to_string(result.outcome)},
          {"checks",
           {{"pass", result.checks.pass},
            {"fail", result.checks.fail},
            {"not_observed", result.checks.not_observed},
            {"skipped_steps", result.checks.skipped}}},
          {"not_observed_because", result.not_observed},
          {"skipped_because", result.skipped_steps},
          {"paths", result.paths},
          {"took", result.took.count()},
          {"slowest_step", result.slowest},
          {"slowest_step_took", result.slowest_took.count()}};
  if (result.failure) into["failure"] = from_failure(*result.failure);
  if (!result.flags.empty()) into["flags"] = result.flags;
}

PlayResult play_result_from(const JsonPlace& from) {
  PlayResult result;
  result.scenario = name_or_empty_at(from.at("scenario"));
  result.file = from.text("file");
  result.variant = name_or_empty_at(from.at("variant"));
  result.family = family_at(from.at("family"));
  result.ending = from.at("ending").parsed(ending_from, "an ending of a play");
  result.why = from.text("why");
  result.outcome = from.at("outcome").parsed(outcome_from, "an outcome");
  result.checks = tally_from(from.at("checks"));
  result.not_observed = counts_from(from.at("not_observed_because"));
  result.skipped_steps = counts_from(from.at("skipped_because"));
  result.paths = from.text("paths");
  result.took = duration_from(from.at("took"));
  result.slowest = step_name_from(from.at("slowest_step"));
  result.slowest_took = duration_from(from.at("slowest_step_took"));
  if (const auto failure = from.find("failure")) result.failure = failure_from(*failure);
  result.flags = from.text_or_empty("flags");
  return result;
}

void from_json(const json& from, PlayResult& result) { result = play_result_from(JsonPlace(from)); }

}  // namespace lab::report
