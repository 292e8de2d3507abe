// SPDX-License-Identifier: MIT
//
// The sections of a run, as HTML, each from its own template (NAME.mustache). Pure. Empty, without
// a heading, if there is nothing to show.
//
// `id` is the prefix of the ids of a run's elements, so that several runs can share a page.
#pragma once

#include <string>

#include "record/timeline.hpp"

namespace lab::html {

// What the scenario shows: its title, and from its text, which may be empty, the summary and the
// comment at its head with the sketch.
std::string story_section(const Timeline& timeline, const std::string& text, const std::string& id);

// The question about the first SYN (predict/questions.hpp) with the steps before it, and what this
// run answers. Empty if the text is not that of a scenario, or sends no SYN.
std::string prediction_section(const Timeline& timeline, const std::string& text,
                               const std::string& id);

// The moments of the run with the tables at each of them (moments.hpp).
std::string step_through_section(const Timeline& timeline, const std::string& id);

// What failed: each check with what was expected and seen, and the tables at that
// moment.
std::string failed_section(const Timeline& timeline, const std::string& id);

// The module's answers, each with a drawing (lookup_walk.hpp).
std::string lookups_section(const Timeline& timeline, const std::string& id);

// The first and the last tables of each host, with changes and checked rows marked.
std::string tables_section(const Timeline& timeline, const std::string& id);

// One snapshot, with the rows marked that a check of its step names.
std::string snapshot_table(const Timeline& timeline, const StepRecord& step,
                           const Snapshot& snapshot, const std::string& caption);

// Every step with its result and its checks. Consecutive steps that only prepare, if none failed,
// are collapsed into one row.
std::string steps_section(const Timeline& timeline, const std::string& id);

// Each segment that arrived, function by function.
std::string paths_section(const Timeline& timeline, const std::string& id);

// The scenario's text, with each step's outcome at its line. `text` may be empty if the file could
// not be read.
std::string source_section(const Timeline& timeline, const std::string& text,
                           const std::string& id);

}  // namespace lab::html
