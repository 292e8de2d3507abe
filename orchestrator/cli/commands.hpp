// SPDX-License-Identifier: MIT
//
// One function a command. Each writes to standard output and returns the exit
// code; what goes wrong is thrown (util/error.hpp) and told by app.cpp.
#pragma once

#include <string>
#include <vector>

#include "cli/options.hpp"
#include "cli/plays.hpp"
#include "util/error.hpp"

namespace lab::cli {

// run: decides where, and goes there.
int run(const Options& options);
// In this kernel.
int run_here(const Options& options, const std::vector<Play>& plays);
// In a microVM, by this program's own image in it. The scenarios' files and
// everything that was asked for go along.
int run_in_microvm(const Options& options, const std::vector<Play>& plays);

// What the lab is called in which this play is kept. Of several plays each has its
// own: "simopen-ipv4", with a variant "rst-in-time-wait-ipv6-killed".
std::string lab_name(const Options& options, const std::vector<Play>& plays, const Play& play);

// draw: what was stored, as if it had just been played.
int draw(const DrawOptions& options);

// explain: exit code 0 if the SYN would be answered with a SYN-ACK.
int explain(const ExplainOptions& options);

// list: of one topic, or of all if it is empty.
int list(const std::string& format, const std::string& topic);
int show(const std::string& scenario);
// validate: the words as for run. Exit code 2 if one of the files has a mistake.
int validate(const std::vector<std::string>& words);
// new: NAME.yaml here, or in a topic's folder. Never writes over a file.
int start(const std::string& name, const std::string& topic);

// Where the scenarios are: LAB_SCENARIOS, or beside this program, or where it
// was built from, or where they were installed. Throws EnvironmentError.
std::string scenarios_folder();
// The files of the scenarios that the words mean (scenario/selection.hpp), each
// as short as it can be said from the current directory.
std::vector<std::string> scenario_paths(const std::vector<std::string>& words);
// The one that the word means.
std::string scenario_path(const std::string& wanted);

}  // namespace lab::cli
