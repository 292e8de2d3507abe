// SPDX-License-Identifier: MIT
//
// show: describe one scenario.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <CLI/CLI.hpp>

#include "cli/command.hpp"
#include "commands/add_commands.hpp"
#include "commands/candidates.hpp"
#include "commands/scenario_files.hpp"
#include "yaml/head_comment.hpp"
#include "util/error.hpp"
#include "util/text.hpp"
#include "util/print.hpp"

namespace lab::commands {
namespace {

using scenario::Scenario;

void print_facts(const Scenario& scenario) {
  print_printable(stdout, "file   {}\n", scenario.file);
  print_printable(stdout, "rule   {}\n", scenario.rule);
  print_printable(stdout, "families {}\n", fmt::join(family_names(scenario.families), " "));
  if (!scenario.variants.empty())
    print_printable(stdout, "variants {}\n", fmt::join(scenario.variants, " "));
  for (const auto& [name, value] : scenario.parameters)
    print_printable(stdout, "parameter {}: {}\n", name, value);
}

int show(const std::string& wanted) {
  const Scenario scenario = load_scenario(scenario_path(wanted));
  print_printable(stdout, "{}: {}\n\n", scenario.name, scenario.title);
  if (const std::string comment = yaml::head_comment(read_file(scenario.file));
      !comment.empty())
    print_printable(stdout, "{}\n", comment);
  print_facts(scenario);
  if (!scenario.summary.empty()) print_printable(stdout, "\n{}", scenario.summary);
  fmt::print("\nhosts ");
  for (const auto& host : scenario.hosts) print_printable(stdout, " {}", host.name);
  fmt::print("\n");
  for (const auto& link : scenario.links)
    print_printable(stdout, "link   {}:{} - {}:{}\n", link.ends[0].host, link.ends[0].device,
                    link.ends[1].host, link.ends[1].device);
  fmt::print("\n");
  for (std::size_t index = 0; index < scenario.steps.size(); ++index) {
    const auto& step = scenario.steps[index];
    print_printable(stdout, "{:3}  {}\n", index + 1, scenario::describe(step.action));
    if (!step.note.empty()) print_printable(stdout, "       {}\n", step.note);
  }
  return static_cast<int>(Exit::pass);
}

}  // namespace

void add_show(cli::Commands& commands) {
  CLI::App* command = commands.add("show", "describe a scenario");
  const auto wanted = std::make_shared<std::string>();
  commands.completes(command->add_option("scenario", *wanted, "a name from `list`, or a file")
                         ->type_name("")
                         ->required(),
                     scenario_names);
  commands.describe(
      command, cli::Purpose::scenarios,
      {{"show no-listen", "its sketch, facts and steps"}, {"show ./my-own.yaml", "your own file"}});
  commands.set_action(command, [wanted] { return show(*wanted); });
}

}  // namespace lab::commands
