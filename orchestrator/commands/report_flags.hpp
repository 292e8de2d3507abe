// SPDX-License-Identifier: MIT
//
// The flags of run and draw that name report files.
#pragma once

#include "cli/command.hpp"
#include "play/options.hpp"

namespace lab::commands {

// --output, --junit, …, each with its LAB_ variable.
void add_report_flags(cli::Commands& commands, CLI::App& command, play::ReportPaths& paths);

}  // namespace lab::commands
