// SPDX-License-Identifier: MIT
//
// How results and summaries are stored (json/description.hpp). A summary is not read back: it is
// computed again from the results.
#pragma once

#include <optional>
#include <string_view>

#include "json/description.hpp"
#include "report/play_result.hpp"
#include "report/summary.hpp"
#include "stored/timeline.hpp"

namespace lab {

template <>
struct Words<report::PlayResult::Ending> {
  using enum report::PlayResult::Ending;
  static constexpr report::PlayResult::Ending all[] = {played, skipped, unplayable, died};
  static constexpr const char *definition = "ending",
                              *meaning =
                                  "skipped: not for this family or kernel; unplayable: not "
                                  "possible on this machine; died: its process was killed or "
                                  "crashed",
                              *what = "an ending of a run";
  static auto parse(std::string_view word) { return report::ending_from(word); }
};

template <>
struct Description<report::StepName> {
  static constexpr const char *definition = "step_name", *meaning = "a step of the scenario";
  static void members(auto& d, auto& step) {
    d.required("number", step.number, "from 1; 0: it is no step");
    d.required("text", step.text);
    d.required("line", step.line, "in the scenario's file; 0: none");
  }
};

template <>
struct Description<report::Failure> {
  static constexpr const char *definition = "failure",
                              *meaning = "the first check that failed, or what else was wrong";
  static void members(auto& d, auto& failure) {
    d.required("step", failure.step);
    d.required("title", failure.title, "the check's; empty: it was no check");
    d.required("witness", failure.witness);
    d.required("expected", failure.expected);
    d.required("seen", failure.seen);
    d.optional("cause", failure.cause, "as in a check");
  }
};

template <>
struct Description<report::PlayResult> {
  static constexpr const char *definition = "result",
                              *meaning = "the result of the run, in few facts";
  static void members(auto& d, auto& result) {
    d.required("scenario", result.scenario, "its name", NameOrNone{});
    d.required("file", result.file);
    d.required("variant", result.variant, "empty: the scenario has none", NameOrNone{});
    d.required("family", result.family);
    d.required("ending", result.ending);
    d.required("why", result.why, "why it was not played, or died");
    d.required("outcome", result.outcome);
    d.required("checks", result.checks);
    d.required("not_observed_because", result.not_observed, "reason -> checks");
    d.required("skipped_because", result.skipped_steps, "reason -> steps");
    d.required("paths", result.paths,
               "the segments' paths through the kernels in words, to compare runs by; empty: not "
               "comparable");
    d.required("took", result.took);
    d.required("slowest_step", result.slowest);
    d.required("slowest_step_took", result.slowest_took);
    d.optional("failure", result.failure);
    d.optional("flags", result.flags,
               "what has to be added to `orchestrator run FILE --family F` to repeat only this "
               "run in the same way");
  }
};

// --- the summary ---

template <>
struct Description<report::Runs> {
  static constexpr const char *definition = "runs", *meaning = "how many runs ended how";
  static void members(auto& d, auto& runs) {
    d.required("runs", runs.total);
    d.required("pass", runs.passed);
    d.required("fail", runs.failed);
    d.required("not_observed", runs.not_observed);
  }
};

template <>
struct Description<report::PathCounts> {
  static constexpr const char *definition = "path_counts",
                              *meaning = "whether each segment took the same path in every run";
  static void members(auto& d, auto& paths) {
    d.required("same", paths.same, "runs, the first among them");
    d.required("other", paths.other);
    d.required("difference", paths.difference, "of the first other one");
  }
};

// A failure with the number of its run.
struct NumberedFailure {
  std::size_t run = 0;
  report::Failure failure;
};

template <>
struct Description<NumberedFailure> {
  static constexpr const char *definition = "numbered_failure",
                              *meaning = "of the first run that failed";
  static void members(auto& d, auto& numbered) {
    d.required("run", numbered.run, "which one, from 1");
    Description<report::Failure>::members(d, numbered.failure);
  }
};

template <>
struct Description<report::PlaySummary> {
  static constexpr const char *definition = "play",
                              *meaning = "all runs of one file in one variant and family";
  static void members(auto& d, const auto& play) {
    Description<report::Runs>::members(d, play.runs);
    d.required("scenario", play.scenario);
    d.required("file", play.file);
    d.required("variant", play.variant);
    d.required("family", play.family);
    d.required("paths", play.paths);
    d.required("took", play.took, "of the slowest run");
    d.required("slowest_step", play.slowest);
    d.required("slowest_step_took", play.slowest_took);
    std::optional<NumberedFailure> failure;
    if (play.failed && play.failed->failure) failure = {play.failed_run, *play.failed->failure};
    d.optional("failure", failure);
  }
};

// That a report ends before all was played.
struct Interruption {
  std::size_t planned = 0;
};

template <>
struct Description<Interruption> {
  static constexpr const char *definition = "interruption",
                              *meaning = "it was ended before all was played";
  static void members(auto& d, auto& interruption) {
    d.required("planned", interruption.planned, "the number of runs that were planned");
  }
};

template <>
struct Description<report::Summary> {
  static constexpr const char *definition = "summary", *meaning = "what all runs came to";
  static void members(auto& d, const auto& summary) {
    d.required("scenarios", summary.scenarios, "how many were asked for");
    const report::Runs runs = summary.runs();
    Description<report::Runs>::members(d, runs);
    d.required("checks", summary.checks);
    d.required("not_observed_because", summary.not_observed, "reason -> checks");
    d.required("skipped_because", summary.skipped_steps, "reason -> steps");
    d.required("skipped", summary.skipped, "reason -> runs");
    d.required("unplayable", summary.unplayable, "reason -> runs");
    d.required("took", summary.took, "wall-clock time");
    d.required("plays", summary.plays);
    std::optional<Interruption> interrupted;
    if (summary.planned > 0) interrupted = {summary.planned};
    d.optional("interrupted", interrupted);
  }
};

}  // namespace lab
