// SPDX-License-Identifier: MIT
//
// What came of one play, in the few facts that a summary of many is made from.
// Plain data: it travels as JSON from the process that played to the one that
// reports, and stands so in the stored report (docs/reports.md).
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

// A step, by what it says and where it stands.
struct StepName {
  std::size_t number = 0;  // from 1; 0: it is no step
  std::string text;
  int line = 0;  // in the scenario's file
};

// The first check that failed, or what else was wrong.
struct Failure {
  StepName step;
  std::string title;    // the check's; may be the step's text again
  std::string witness;  // empty: no check
  std::string expected, seen;
  std::string cause = {};  // Check::cause
};

struct PlayResult {
  // What was played: a scenario's file, over a family, as one of its variants.
  std::string scenario, file, variant;
  Family family = Family::inet;

  enum class Ending {
    played,      // to its end, or to the check that failed
    skipped,     // it is not for this family or this kernel: `why`
    unplayable,  // this machine cannot: `why`
    died,        // its process was killed or crashed: `why`, and `failure` has the step
  };
  Ending ending = Ending::played;
  std::string why;

  Outcome outcome = Outcome::pass;  // of one that was played or died
  Tally checks;
  std::map<std::string, std::size_t> not_observed;   // "module: why" → checks
  std::map<std::string, std::size_t> skipped_steps;  // why → steps
  std::string paths;  // check::paths_in_words(); empty: not to be compared
  std::optional<Failure> failure;
  std::chrono::nanoseconds took{0};
  StepName slowest;  // what took longest
  std::chrono::nanoseconds slowest_took{0};
  // What has to be added to `orchestrator run FILE --family F` to play it alone in the same
  // way, quoted for a shell; begins with a blank, or is empty.
  std::string flags;
};

PlayResult result_of(const Timeline& timeline);

// "no-listen ipv4"; of a variant, "rst-in-window outside ipv4".
std::string label(const PlayResult& result);

std::string_view to_string(PlayResult::Ending ending);  // "played", "skipped", ...

void to_json(nlohmann::json& into, const StepName& step);
void from_json(const nlohmann::json& from, StepName& step);
void to_json(nlohmann::json& into, const PlayResult& result);
void from_json(const nlohmann::json& from, PlayResult& result);
// The same of a place in a larger document, which a complaint then names (UsageError).
StepName step_name_from(const JsonPlace& from);
PlayResult play_result_from(const JsonPlace& from);

}  // namespace lab::report
