// SPDX-License-Identifier: MIT
//
// The files of this module that are embedded in the program (cmake/Embed.cmake):
// page.css is asset::page_css.
#pragma once

#include <string_view>

namespace lab::html::asset {

extern const std::string_view page_css, step_css, study_css;
// script/: in this order, see script() in page.cpp.
extern const std::string_view tools_js, links_js, index_js, panel_js, step_js, predict_js, hints_js,
    compare_js, present_js, chinese_js, chinese_runs_js, translate_js, language_js, start_js;
extern const std::string_view page_mustache;          // the whole page
extern const std::string_view index_mustache;         // the overview of several runs
extern const std::string_view scenario_mustache;      // the runs of one scenario, as tabs
extern const std::string_view run_mustache;           // one run: its frame
extern const std::string_view story_mustache;         // what the scenario shows
extern const std::string_view prediction_mustache;    // the question before it
extern const std::string_view step_through_mustache;  // its moments
extern const std::string_view strips_mustache;        // tables at one of them
extern const std::string_view functions_mustache;     // the kernel's functions
extern const std::string_view failed_mustache;        // what failed in it
extern const std::string_view lookups_mustache;       // the module's answers
extern const std::string_view tables_mustache;        // one host at one moment
extern const std::string_view before_after_mustache;  // tables of all hosts
extern const std::string_view steps_mustache;         // steps and checks
extern const std::string_view paths_mustache;         // each segment through the kernel
extern const std::string_view source_mustache;        // the scenario's text
extern const std::string_view linked_mustache;        // a text with links in it

}  // namespace lab::html::asset
