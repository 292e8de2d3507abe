// SPDX-License-Identifier: MIT
//
// Stored reports, made by hand, for the tests of those who write and read them.
#pragma once

#include <memory>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <vector>

#include "json/text.hpp"
#include "report/document.hpp"
#include "report/reporter.hpp"
#include "stored/stored.hpp"
#include "support/timelines.hpp"
#include "support/whole_timeline.hpp"

namespace lab::report::testing {

using namespace lab::testing;

inline Run played(const Timeline& timeline) { return {result_of(timeline), timeline}; }

// A play that the scenario is not for, one that this machine cannot play, and one
// whose process was killed.
inline Run skipped_run(const std::string& why = "no VRF here") {
  Run run;
  run.result.scenario = "vrf";
  run.result.file = "vrf.yaml";
  run.result.variant = "inside";
  run.result.ending = PlayResult::Ending::skipped;
  run.result.why = why;
  return run;
}

inline Run unplayable_run() {
  Run run = skipped_run("no root");
  run.result.ending = PlayResult::Ending::unplayable;
  return run;
}

inline Run killed_run() {
  Run run;
  run.result.scenario = "stuck";
  run.result.file = "stuck.yaml";
  run.result.family = Family::inet6;
  run.result.ending = PlayResult::Ending::died;
  run.result.outcome = Outcome::fail;
  run.result.why = "killed at its deadline";
  run.result.failure = Failure{{3, "accept on srv", 17}, "", "", "the play to end", "it did not"};
  run.result.flags = "--set port=8888";
  run.result.took = std::chrono::seconds(60);
  return run;
}

// What a reporter makes of these runs, and of a summary that begins as `frame`.
template <typename Make>
std::string reported(Make make, const std::vector<Run>& runs, const Summary& frame = {}) {
  std::ostringstream out;
  const std::unique_ptr<Reporter> reporter = make(out);
  Summary summary = frame;
  reporter->source("simopen.yaml", "name: simopen\n");
  for (const Run& run : runs) {
    summary.add(run.result);
    const bool was_played = run.result.ending == PlayResult::Ending::played;
    reporter->reported(run.result, was_played ? json_text(run.timeline) : "");
  }
  reporter->finish(summary);
  return out.str();
}

inline std::string document_of(const std::vector<Run>& runs, const Summary& frame = {}) {
  return reported(make_json_reporter, runs, frame);
}

// Every member that a document can have.
inline std::string document_with_everything() {
  Summary frame;
  frame.scenarios = 5;
  frame.took = std::chrono::seconds(3);
  frame.planned = 12;
  return document_of({played(lab::testing::whole_timeline()), played(no_listen_failing()),
                      skipped_run(), unplayable_run(), killed_run()},
                     frame);
}

}  // namespace lab::report::testing
