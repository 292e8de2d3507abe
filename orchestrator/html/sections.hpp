// SPDX-License-Identifier: MIT
//
// The parts of a run's page, each as HTML, each from its own template
// (NAME.mustache). Pure. Empty: there is nothing to show, and no heading either.
//
// `id` begins the ids of a run's elements, so that several runs can share a page.
#pragma once

#include <string>

#include "record/timeline.hpp"

namespace lab::html {

// What failed: each check with what was expected and seen, and the tables at that
// moment.
std::string failed_section(const Timeline& timeline, const std::string& id);

// What the module was asked, each with its picture (lookup_walk.hpp).
std::string lookups_section(const Timeline& timeline, const std::string& id);

// Of each host the first tables and the last, side by side; what changed in between,
// and what a check names, is marked.
std::string tables_section(const Timeline& timeline, const std::string& id);

// One snapshot, with what a failed or passed check of its step names marked.
std::string snapshot_table(const Timeline& timeline, const StepRecord& step,
                           const Snapshot& snapshot, const std::string& caption);

// Every step with its result and its checks.
std::string steps_section(const Timeline& timeline, const std::string& id);

// Each segment that arrived, function by function.
std::string paths_section(const Timeline& timeline, const std::string& id);

// The scenario's text, each step's line with its outcome. `text` may be empty: the
// file could not be read.
std::string source_section(const Timeline& timeline, const std::string& text,
                           const std::string& id);

}  // namespace lab::html
