// SPDX-License-Identifier: MIT
//
// The commands about scenarios' files: list, show, validate, new.
#include <CLI/CLI.hpp>

#include "cli/command.hpp"
#include "cli/commands.hpp"
#include "cli/flags.hpp"

namespace lab::cli {
namespace {

struct CatalogueFlags {
  std::string format = "text";
  std::string scenario, topic;
  std::vector<std::string> words;
};

void add_list(Commands& commands) {
  CLI::App* command = commands.add("list", "the scenarios there are, by topic");
  const auto flags = std::make_shared<CatalogueFlags>();
  add_format_flag(*command, flags->format);
  commands.completes(command->add_option("--topic", flags->topic, "only those of this topic"),
                     topics);
  commands.describe(command, Purpose::scenarios,
                    {{"list", "all of them, by topic"},
                     {"list --topic no-listener", "one topic"},
                     {"list --format json", "for a program"}});
  commands.set_action(command, [flags] { return list(flags->format, flags->topic); });
}

void add_show(Commands& commands) {
  CLI::App* command = commands.add("show", "a scenario in words");
  const auto flags = std::make_shared<CatalogueFlags>();
  commands.completes(
      command->add_option("scenario", flags->scenario, "a name from `list`, or a file")
          ->type_name("")
          ->required(),
      scenario_names);
  commands.describe(command, Purpose::scenarios,
                    {{"show no-listen", "its sketch, its facts, its steps"},
                     {"show ./my-own.yaml", "one of yours"}});
  commands.set_action(command, [flags] { return show(flags->scenario); });
}

void add_validate(Commands& commands) {
  CLI::App* command = commands.add("validate", "look for mistakes in scenarios' files");
  const auto flags = std::make_shared<CatalogueFlags>();
  commands.completes(
      command
          ->add_option("what", flags->words, "names from `list`, topics, patterns, files, folders")
          ->type_name("")
          ->required(),
      scenario_words);
  commands.describe(command, Purpose::scenarios,
                    {{"validate my-own.yaml", "each mistake with its line and what to write"},
                     {"validate all", "every scenario, as each of its variants"}});
  commands.set_action(command, [flags] { return validate(flags->words); });
}

void add_new(Commands& commands) {
  CLI::App* command = commands.add("new", "write a scenario's file to begin with");
  const auto flags = std::make_shared<CatalogueFlags>();
  command->add_option("name", flags->scenario, "what it is to be called")
      ->type_name("")
      ->required();
  commands.completes(
      command->add_option("--topic", flags->topic,
                          "among the scenarios, in the folder of this topic; default: here"),
      topics);
  commands.describe(command, Purpose::scenarios,
                    {{"new my-own", "my-own.yaml, here"},
                     {"new my-own --topic no-listener", "among the scenarios"}});
  commands.set_action(command, [flags] { return start(flags->scenario, flags->topic); });
}

}  // namespace

void add_catalogue(Commands& commands) {
  add_list(commands);
  add_show(commands);
  add_validate(commands);
  add_new(commands);
}

}  // namespace lab::cli
