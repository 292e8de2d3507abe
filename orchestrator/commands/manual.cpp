// SPDX-License-Identifier: MIT
//
// __manual: print the man page.
#include "cli/manual.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>

#include "cli/command.hpp"
#include "commands/add_commands.hpp"
#include "util/error.hpp"

namespace lab::commands {

void add_manual(cli::Commands& commands) {
  // Hidden: the build runs it to make the page's file.
  CLI::App* command = commands.add("__manual", "print the man page of this program");
  command->group("");
  const auto date = std::make_shared<std::string>();
  command->add_option("date", *date)->required();
  commands.set_action(command, [&commands, date] {
    fmt::print("{}", cli::manual(commands, *date));
    return static_cast<int>(Exit::pass);
  });
}

}  // namespace lab::commands
