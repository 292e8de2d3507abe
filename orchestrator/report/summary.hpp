// SPDX-License-Identifier: MIT
//
// The summary of several runs: of one or several scenarios, once or in rounds.
#pragma once

#include <chrono>
#include <cstddef>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "record/timeline.hpp"
#include "report/play_result.hpp"

namespace lab::report {

struct Runs {
  std::size_t total = 0, passed = 0, failed = 0, not_observed = 0;
  void add(Outcome outcome);
  void add(const Runs& others);
  Outcome verdict() const;  // the worst outcome
};

// Whether the segments took the same paths in all runs of a play, compared with the first run that
// was traced without loss.
struct PathCounts {
  std::string first;
  std::size_t same = 0, other = 0;  // number of runs; `same` includes the first
  std::string difference;           // of the first run that differs, with its number
};

// All rounds of one play.
struct PlaySummary {
  std::string scenario, file, variant;
  Family family = Family::inet;
  Runs runs;
  PathCounts paths;
  std::optional<PlayResult> failed;  // the first run that failed
  std::size_t failed_run = 0;        // its number, from 1
  // From the slowest run.
  std::chrono::nanoseconds took{0}, slowest_took{0};
  StepName slowest;
};

struct Summary {
  std::size_t scenarios = 1;       // number of scenario files
  std::vector<PlaySummary> plays;  // plays that ran, in the order of their first run
  // Why → the labels of the plays, each once.
  std::map<std::string, std::vector<std::string>> skipped, unplayable;
  Tally checks;                                      // of all runs
  std::map<std::string, std::size_t> not_observed;   // "module: why" → checks
  std::map<std::string, std::size_t> skipped_steps;  // why → steps
  std::chrono::nanoseconds took{0};                  // wall-clock time
  std::size_t planned = 0;  // if interrupted, the number of planned runs; else 0

  void add(const PlayResult& result);
  Runs runs() const;        // of all plays
  Outcome verdict() const;  // the worst of all runs
};

// " (module: why; packets: why)", or nothing.
std::string in_brackets(const std::map<std::string, std::size_t>& reasons);

// "simopen ipv4: PASS, 31 checks passed, 0 failed, 2 not observed (module: why)",
// and ", 1 step skipped (why)" if so.
std::string closing_line(const Timeline& timeline);

// "simopen: 1000 of 1000 runs passed (ipv4 500, ipv6 500)": of one scenario.
std::string closing_line(const Summary& summary);

// "Each segment took the same path in every run (ipv4 1000, ipv6 1000).", or the difference.
// Empty: there is nothing to compare.
std::string paths_line(const Summary& summary);

void to_json(nlohmann::json& into, const Summary& summary);

}  // namespace lab::report
