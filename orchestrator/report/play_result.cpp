// SPDX-License-Identifier: MIT
#include "report/play_result.hpp"

#include <fmt/format.h>

#include <array>
#include <nlohmann/json.hpp>

#include "check/same_paths.hpp"
#include "report/stored_result.hpp"

namespace lab::report {
namespace {

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

std::optional<PlayResult::Ending> ending_from(std::string_view word) {
  for (const EndingWord& each : endings)
    if (each.word == word) return each.ending;
  return std::nullopt;
}

std::string label(const PlayResult& result) {
  return fmt::format("{}{}{} {}", result.scenario, result.variant.empty() ? "" : " ",
                     result.variant, family_name(result.family));
}

void to_json(nlohmann::json& into, const StepName& step) { into = Format<StepName>::write(step); }

void from_json(const nlohmann::json& from, StepName& step) {
  step = Format<StepName>::read(JsonPlace(from));
}

void to_json(nlohmann::json& into, const PlayResult& result) {
  into = Format<PlayResult>::write(result);
}

PlayResult play_result_from(const JsonPlace& from) { return Format<PlayResult>::read(from); }

void from_json(const nlohmann::json& from, PlayResult& result) {
  result = play_result_from(JsonPlace(from));
}

}  // namespace lab::report
