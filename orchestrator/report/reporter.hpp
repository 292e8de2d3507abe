// SPDX-License-Identifier: MIT
//
// What a person, or a program, sees of runs. The caller plays a scenario one or
// several times (for IPv4 and IPv6, or a thousand times) and tells a reporter
// of each: begin, step by step, end; and finish once after the last run.
// Reports are drawn from the timeline alone.
//
// A reporter is used by one thread at a time.
#pragma once

#include <memory>
#include <ostream>
#include <string_view>

#include "record/timeline.hpp"
#include "report/style.hpp"
#include "report/summary.hpp"

namespace lab::report {

class Reporter {
 public:
  virtual ~Reporter() = default;
  // A run starts: its hosts, links, kernel and module are known.
  virtual void begin(const Timeline& timeline) = 0;
  // A step was played and judged.
  virtual void step(const Timeline& timeline, const StepRecord& step) = 0;
  // The run is over, and the timeline complete.
  virtual void end(const Timeline& timeline) = 0;
  // No run follows. Without this call a JSON document is not complete.
  virtual void finish(const Summary& summary) = 0;
};

// "text": for people; a step appears as soon as it was played.
// "json": one document, {"schema": 1, "runs": [timeline, …], "summary": {…}}.
// Throws UsageError for any other name. `out` must outlive the reporter.
std::unique_ptr<Reporter> make_reporter(std::string_view format, std::ostream& out,
                                        const Style& style);

// For many runs: says nothing of a run that passed, shows the first one that
// failed in full, and ends with one line. With progress, one line that is
// rewritten counts the runs; ask for it only on a terminal.
std::unique_ptr<Reporter> make_repeat_reporter(std::ostream& out, const Style& style,
                                               bool progress);

// The document's version; raised when the meaning of a field changes.
constexpr int json_schema = 1;

}  // namespace lab::report
