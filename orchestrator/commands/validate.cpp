// SPDX-License-Identifier: MIT
//
// validate: check scenario files.
#include <fmt/format.h>

#include <CLI/CLI.hpp>

#include "cli/command.hpp"
#include "commands/add_commands.hpp"
#include "commands/candidates.hpp"
#include "commands/scenario_files.hpp"
#include "util/error.hpp"
#include "util/print.hpp"

namespace lab::commands {
namespace {

using scenario::Scenario;

// The first mistake in any variant; empty: none.
std::string mistake_in(const std::string& file) try {
  for (const std::string& variant : load_scenario(file).variants)
    load_scenario(file, {variant, {}});
  return {};
} catch (const UsageError& mistake) {
  return mistake.what();
}

int validate(const std::vector<std::string>& words) {
  bool all_well = true;
  for (const std::string& file : scenario_paths(words)) {
    if (const std::string mistake = mistake_in(file); mistake.empty()) {
      const Scenario scenario = load_scenario(file);
      print_printable(stdout, "{}: valid, {} steps\n", scenario.file, scenario.steps.size());
    } else {
      all_well = false;
      print_printable(stderr, "{}\n", mistake);
    }
  }
  return static_cast<int>(all_well ? Exit::pass : Exit::usage);
}

}  // namespace

void add_validate(cli::Commands& commands) {
  CLI::App* command = commands.add("validate", "check scenario files for mistakes");
  const auto words = std::make_shared<std::vector<std::string>>();
  commands.completes(
      command->add_option("what", *words, "names from `list`, topics, patterns, files, folders")
          ->type_name("")
          ->required(),
      scenario_words);
  commands.describe(command, cli::Purpose::scenarios,
                    {{"validate my-own.yaml", "report mistakes, with line and fix"},
                     {"validate all", "every scenario and variant"}});
  commands.set_action(command, [words] { return validate(*words); });
}

}  // namespace lab::commands
