// SPDX-License-Identifier: MIT
//
// help: what --help prints, as a command.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <iterator>
#include <memory>
#include <string>
#include <vector>

#include "cli/command.hpp"
#include "cli/complete_words.hpp"
#include "cli/suggest.hpp"
#include "commands/add_commands.hpp"
#include "commands/app.hpp"
#include "commands/candidates.hpp"
#include "util/error.hpp"

namespace lab::commands {
namespace {

// The tree again: help is asked of commands that nobody has called.
struct Tree {
  CLI::App app{program_title, "orchestrator"};
  cli::Commands commands{app};
  Tree() { add_commands(commands, app); }
};

int print_help(const std::vector<std::string>& command) {
  Tree tree;
  std::vector<std::string> words{"--help"};  // CLI11 takes them from the end
  std::ranges::reverse_copy(command, std::back_inserter(words));
  try {
    tree.app.parse(words);
  } catch (const CLI::ParseError&) {
    // A call for help, but of a word that CLI11 did not understand.
    if (const std::string better = cli::suggestion(tree.app, is_scenario); !better.empty())
      throw UsageError(better);
  }
  fmt::print("{}", tree.app.help());
  return static_cast<int>(Exit::pass);
}

cli::Candidates command_names(const cli::Given& given) {
  if (!given.words.empty()) return {};
  const Tree tree;
  return cli::complete(tree.commands, {""});
}

}  // namespace

void add_help(cli::Commands& commands) {
  CLI::App* command = commands.add("help", "how a command is used, as COMMAND --help");
  const auto words = std::make_shared<std::vector<std::string>>();
  commands.completes(command->add_option("command", *words, "none: all of them"), command_names);
  commands.describe(command, cli::Purpose::maintenance,
                    {{"help", "the commands there are"}, {"help run", "one of them"}});
  commands.set_action(command, [words] { return print_help(*words); });
}

}  // namespace lab::commands
