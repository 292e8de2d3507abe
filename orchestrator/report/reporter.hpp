// SPDX-License-Identifier: MIT
//
// Reporters present runs to people and programs. Runs are parallel, each in its own process, so
// they are reported twice: at once, for counting, and in order, for reports.
//
// Not thread-safe.
#pragma once

#include <memory>
#include <ostream>
#include <string>
#include <string_view>

#include "draw/style.hpp"
#include "report/play_result.hpp"
#include "report/summary.hpp"

namespace lab::report {

class Reporter {
 public:
  virtual ~Reporter() = default;

  // At once. `label` is that of label().
  virtual void started(const std::string& /*label*/) {}
  virtual void ended(const PlayResult& /*result*/) {}

  // The text of a scenario's file, by its name in results: once, before its first run is
  // reported.
  virtual void source(const std::string& /*file*/, std::string_view /*text*/) {}

  // In order. First the run's own report (TextReport), in pieces, if there is one:
  virtual void text(std::string_view /*piece*/) {}
  // then its result. `json` is json_text() of its timeline, or empty if it did not run or JSON is
  // not needed.
  virtual void reported(const PlayResult& result, std::string_view json) = 0;

  // Ends the report. Without this call a JSON document is incomplete.
  virtual void finish(const Summary& summary) = 0;
};

// `out` must outlive each of them.

// Every run's report in full; with several runs, a line at the end.
std::unique_ptr<Reporter> make_full_reporter(std::ostream& out, const draw::Style& style);

// For many rounds of one scenario: prints the report of the first failed run, and one line at
// the end. With `progress`, a line that is rewritten counts the runs; only for a terminal.
std::unique_ptr<Reporter> make_repeat_reporter(std::ostream& out, const draw::Style& style,
                                               bool progress);

// For many scenarios.
struct ManySettings {
  bool progress = false;   // one line that is rewritten, instead of one line per run
  bool in_full = false;    // every run's report, instead of either
  std::size_t total = 0;   // number of runs, in all rounds
  std::size_t rounds = 1;  // if several, one line per round instead of per run
  // The flags to add to `orchestrator run FILE --family F` to repeat one play in the same way;
  // begins with a space, or is empty.
  std::string flags = {};
};
std::unique_ptr<Reporter> make_many_reporter(std::ostream& out, const draw::Style& style,
                                             const ManySettings& settings);

// One document, {"schema": 2, "sources": {…}, "runs": [timeline, …], "summary": {…}},
// in which each run has a "result" and its timeline. document.hpp reads it; docs/reports.md
// describes it.
std::unique_ptr<Reporter> make_json_reporter(std::ostream& out);

// For CI servers and the kernel's test tools (junit.cpp, ktap.cpp). Both write at the end. JUnit's
// file contains the command that repeats a failed play.
std::unique_ptr<Reporter> make_junit_reporter(std::ostream& out);
std::unique_ptr<Reporter> make_ktap_reporter(std::ostream& out);

// The document's version; see docs/reports.md.
constexpr int json_schema = 2;

}  // namespace lab::report
