// SPDX-License-Identifier: MIT
//
// The result of one run, with the facts that a summary needs. Plain data: the run's process sends
// it as JSON to the reporting one, and stored reports contain it (docs/reports.md).
#pragma once

#include <chrono>
#include <cstddef>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>

#include "record/timeline.hpp"

namespace lab {
class JsonPlace;
}

namespace lab::report {

// A step with its text and line.
struct StepName {
  std::size_t number = 0;  // from 1; 0: not a step
  std::string text;
  int line = 0;  // in the scenario's file
};

// The first check that failed, or another error.
struct Failure {
  StepName step;
  std::string title;    // of the check; may equal the step's text
  std::string witness;  // empty: not a check
  std::string expected, seen;
  std::string cause = {};  // Check::cause
};

struct PlayResult {
  // The play: a scenario's file, family and variant.
  std::string scenario, file, variant;
  Family family = Family::inet;

  enum class Ending {
    played,      // to the end, or to the check that failed
    skipped,     // not for this family or kernel: `why`
    unplayable,  // not possible on this machine, or not to the end: `why`
    died,        // its process was killed or crashed: `why`, and `failure` has the step
  };
  Ending ending = Ending::played;
  std::string why;

  Outcome outcome = Outcome::pass;  // if it was played or died
  Tally checks;
  std::map<std::string, std::size_t> not_observed;   // "module: why" → checks
  std::map<std::string, std::size_t> skipped_steps;  // why → steps
  std::string paths;  // check::paths_in_words(); empty: not comparable
  std::optional<Failure> failure;
  std::chrono::nanoseconds took{0};
  StepName slowest;  // the longest step
  std::chrono::nanoseconds slowest_took{0};
  // The flags to add to `orchestrator run FILE --family F` to repeat only this play in the same
  // way, quoted for a shell; begins with a space, or is empty.
  std::string flags;
};

PlayResult result_of(const Timeline& timeline);

// "no-listen ipv4"; with a variant, "rst-in-window outside ipv4".
std::string label(const PlayResult& result);

std::string_view to_string(PlayResult::Ending ending);  // "played", "skipped", ...
std::optional<PlayResult::Ending> ending_from(std::string_view word);

void to_json(nlohmann::json& into, const StepName& step);
void from_json(const nlohmann::json& from, StepName& step);
void to_json(nlohmann::json& into, const PlayResult& result);
void from_json(const nlohmann::json& from, PlayResult& result);
// The same from a larger document; UsageError names the place in it.
PlayResult play_result_from(const JsonPlace& from);

}  // namespace lab::report
