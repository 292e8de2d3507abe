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
#include "commands/settings_flag.hpp"
#include "language/step_facts.hpp"
#include "parser/translation.hpp"
#include "play/play_list.hpp"
#include "util/error.hpp"
#include "util/print.hpp"
#include "util/text.hpp"
#include "yaml/head_comment.hpp"

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

// The texts in this language; where there are none, those of the file.
parser::Translation told_in(const std::string& language, const Scenario& scenario,
                            const std::string& text) {
  auto told = parser::translation_of(text, language).value_or(parser::Translation{});
  if (told.title.empty()) told.title = scenario.title;
  if (told.summary.empty()) told.summary = scenario.summary;
  if (told.comment.empty()) told.comment = yaml::head_comment(text);
  return told;
}

int show(const std::string& wanted, const std::string& language,
         const std::vector<std::string>& settings) {
  const Scenario scenario =
      load_scenario(scenario_path(wanted), {"", play::parameters_from(settings)});
  const parser::Translation told = told_in(language, scenario, read_file(scenario.file));
  print_printable(stdout, "{}: {}\n\n", scenario.name, told.title);
  if (!told.comment.empty()) print_printable(stdout, "{}\n", told.comment);
  print_facts(scenario);
  if (!told.summary.empty()) print_printable(stdout, "\n{}", told.summary);
  fmt::print("\nhosts ");
  for (const auto& host : scenario.hosts) print_printable(stdout, " {}", host.name);
  fmt::print("\n");
  for (const auto& link : scenario.links)
    print_printable(stdout, "link   {}:{} - {}:{}\n", link.ends[0].host, link.ends[0].device,
                    link.ends[1].host, link.ends[1].device);
  fmt::print("\n");
  for (std::size_t index = 0; index < scenario.steps.size(); ++index) {
    const auto& step = scenario.steps[index];
    print_printable(stdout, "{:3}  {}\n", index + 1, language::describe(step.action));
    const auto note = told.notes.find(step.at.line);
    const std::string& said = note == told.notes.end() ? step.note : note->second;
    if (!said.empty()) print_printable(stdout, "       {}\n", said);
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
  const auto language =
      std::make_shared<std::string>(parser::language_of_environment().empty() ? "en" : "zh");
  command
      ->add_option("--language", *language,
                   "the language of the scenario's own texts, where it has a translation")
      ->check(CLI::IsMember({"en", "zh"}))
      ->envname("LAB_LANGUAGE")
      ->default_str("that of the locale");
  const auto settings = std::make_shared<std::vector<std::string>>();
  add_settings_flag(*command, *settings);
  commands.describe(
      command, cli::Purpose::scenarios,
      {{"show no-listen", "its sketch, facts and steps"}, {"show ./my-own.yaml", "your own file"}});
  commands.set_action(command,
                      [wanted, language, settings] { return show(*wanted, *language, *settings); });
}

}  // namespace lab::commands
