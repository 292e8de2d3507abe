// SPDX-License-Identifier: MIT
//
// __manual: prints the man page, which the build makes a file of.
#include "cli/manual.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>

#include "cli/command.hpp"
#include "commands/add_commands.hpp"
#include "util/error.hpp"

namespace lab::commands {

void add_manual(cli::Commands& commands) {
  // For the build, which makes a file of it.
  CLI::App* command = commands.add("__manual", "the man page of this program");
  command->group("");
  const auto date = std::make_shared<std::string>();
  command->add_option("date", *date)->required();
  commands.set_action(command, [&commands, date] {
    fmt::print("{}", cli::manual(commands, *date));
    return static_cast<int>(Exit::pass);
  });
}

}  // namespace lab::commands
