// SPDX-License-Identifier: MIT
//
// validate: check scenario files.
#include <fmt/format.h>

#include <CLI/CLI.hpp>

#include "cli/command.hpp"
#include "commands/add_commands.hpp"
#include "commands/candidates.hpp"
#include "commands/scenario_files.hpp"
#include "commands/settings_flag.hpp"
#include "play/play_list.hpp"
#include "util/error.hpp"
#include "util/print.hpp"

namespace lab::commands {
namespace {

using scenario::Scenario;
using Parameters = std::map<std::string, std::string>;

struct ValidateFlags {
  std::vector<std::string> words;
  std::vector<std::string> settings;  // "NAME=VALUE"
};

// The first mistake in any variant; empty: none.
std::string mistake_in(const std::string& file, const Parameters& parameters) try {
  for (const std::string& variant : load_scenario(file, {"", parameters}).variants)
    load_scenario(file, {variant, parameters});
  return {};
} catch (const UsageError& mistake) {
  return mistake.what();
}

int validate(const ValidateFlags& flags) {
  const Parameters parameters = play::parameters_from(flags.settings);
  bool all_well = true;
  for (const std::string& file : scenario_paths(flags.words)) {
    if (const std::string mistake = mistake_in(file, parameters); mistake.empty()) {
      const Scenario scenario = load_scenario(file, {"", parameters});
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
  const auto flags = std::make_shared<ValidateFlags>();
  commands.completes(
      command
          ->add_option("what", flags->words, "names from `list`, topics, patterns, files, folders")
          ->type_name("")
          ->required(),
      scenario_words);
  add_settings_flag(*command, flags->settings);
  commands.describe(command, cli::Purpose::scenarios,
                    {{"validate my-own.yaml", "report mistakes, with line and fix"},
                     {"validate all", "every scenario and variant"}});
  commands.set_action(command, [flags] { return validate(*flags); });
}

}  // namespace lab::commands
