// SPDX-License-Identifier: MIT
//
// One function a command. Each writes to standard output and returns the exit
// code; what goes wrong is thrown (util/error.hpp) and told by app.cpp.
#pragma once

#include <string>

#include "cli/options.hpp"
#include "util/error.hpp"

namespace lab::cli {

// run: decides where, and goes there.
int run(const Options& options);
// In this kernel.
int run_here(const Options& options, const std::string& path);
// In a microVM, by this program's own image in it. The scenario's file and
// everything that was asked for go along.
int run_in_microvm(const Options& options, const std::string& path);

// explain: exit code 0 if the SYN would be answered with a SYN-ACK.
int explain(const ExplainOptions& options);

int list(const std::string& format);
int show(const std::string& scenario);
int validate(const std::string& scenario);
int version(const std::string& format);

// Where the scenarios are: LAB_SCENARIOS, or beside this program, or where it
// was built from. Throws EnvironmentError.
std::string scenarios_folder();
// The file of a scenario, as short as it can be said from the current directory.
std::string scenario_path(const std::string& wanted);

}  // namespace lab::cli
