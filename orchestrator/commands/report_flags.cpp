// SPDX-License-Identifier: MIT
#include "commands/report_flags.hpp"

#include <CLI/CLI.hpp>

#include "cli/command.hpp"
#include "play/report_files.hpp"

namespace lab::commands {

void add_report_flags(cli::Commands& commands, CLI::App& command, play::ReportPaths& paths) {
  for (const play::ReportFormat& format : play::report_formats())
    commands.completes(command.add_option(format.names, paths.*format.path, format.help)
                           ->type_name("FILE")
                           ->envname(format.variable),
                       cli::files);
}

}  // namespace lab::commands
