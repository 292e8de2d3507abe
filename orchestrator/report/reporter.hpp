// SPDX-License-Identifier: MIT
//
// What a person, or a program, sees of plays. They run in parallel, each in
// a process of its own, so what becomes of them is reported twice: at once, to
// those who count, and in the order of the plays, to those who report.
//
// A reporter is used by one thread at a time.
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

  // At once. `label` as label() has it.
  virtual void started(const std::string& /*label*/) {}
  virtual void ended(const PlayResult& /*result*/) {}

  // The text of a scenario's file, by the name that results give it: once, before
  // its first play is reported.
  virtual void source(const std::string& /*file*/, std::string_view /*text*/) {}

  // In the order of the plays. First the play's own report (TextReport), in
  // pieces as it comes, if there is one:
  virtual void text(std::string_view /*piece*/) {}
  // then what came of it. `json` is json_text() of its timeline, if it was played
  // and that was asked for; else empty.
  virtual void reported(const PlayResult& result, std::string_view json) = 0;

  // No play follows. Without this call a JSON document is not complete.
  virtual void finish(const Summary& summary) = 0;
};

// `out` must outlive each of them.

// Every play's report in full. Of several plays a line at the end.
std::unique_ptr<Reporter> make_full_reporter(std::ostream& out, const draw::Style& style);

// For many rounds of one scenario: says nothing of a run that passed, shows the
// report of the first one that failed, and ends with one line. With progress,
// one line that is rewritten counts the runs; ask for it only on a terminal.
std::unique_ptr<Reporter> make_repeat_reporter(std::ostream& out, const draw::Style& style,
                                               bool progress);

// For many scenarios.
struct ManySettings {
  bool progress = false;   // one line that is rewritten; else a line for each play that ends
  bool in_full = false;    // every play's report, instead of either
  std::size_t total = 0;   // runs there will be, in all rounds
  std::size_t rounds = 1;  // with several, a line a round instead of a line a play
  // What the user adds to `orchestrator run FILE --family F` to play one alone in
  // the same way; begins with a blank, or is empty.
  std::string flags = {};
};
std::unique_ptr<Reporter> make_many_reporter(std::ostream& out, const draw::Style& style,
                                             const ManySettings& settings);

// One document, {"schema": 2, "sources": {…}, "runs": [timeline, …], "summary": {…}},
// in which each play is one of the runs, and has a "result" besides its timeline.
// document.hpp reads it back; docs/reports.md is its description.
std::unique_ptr<Reporter> make_json_reporter(std::ostream& out);

// For CI servers, and for the kernel's test tools (junit.cpp, ktap.cpp). Both write
// when all is known. JUnit's file names the command that plays a failed play alone.
std::unique_ptr<Reporter> make_junit_reporter(std::ostream& out);
std::unique_ptr<Reporter> make_ktap_reporter(std::ostream& out);

// The document's version; docs/reports.md says what raises it.
constexpr int json_schema = 2;

}  // namespace lab::report
