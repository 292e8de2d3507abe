// SPDX-License-Identifier: MIT
#include "cli/command.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cctype>

#include "util/error.hpp"

namespace lab::cli {
namespace {

void collect(const CLI::App& command, std::vector<const CLI::App*>& all) {
  for (const CLI::App* below : command.get_subcommands([](const CLI::App*) { return true; })) {
    if (below->get_group().empty()) continue;
    all.push_back(below);
    collect(*below, all);
  }
}

}  // namespace

std::string_view heading_of(Purpose purpose) {
  switch (purpose) {
    case Purpose::play:
      return "Run";
    case Purpose::machine:
      return "Look at this machine";
    case Purpose::scenarios:
      return "Scenarios";
    case Purpose::maintenance:
      return "Maintenance";
  }
  return "";
}

void Commands::describe(CLI::App* command, Purpose purpose, std::vector<Example> examples) {
  std::size_t width = 0;
  for (const Example& example : examples) width = std::max(width, example.line.size());
  std::string footer = "Examples:";
  for (const Example& example : examples)
    footer += fmt::format("\n  orchestrator {:{}}  {}", example.line, width, example.what);
  command->group(std::string(heading_of(purpose)));
  command->footer(footer);
  examples_[command] = std::move(examples);
}

int Commands::run() const {
  // A subcommand is registered after its parent.
  for (auto each = actions_.rbegin(); each != actions_.rend(); ++each)
    if (each->first->parsed()) return each->second();
  return static_cast<int>(Exit::usage);
}

const std::vector<Example>& Commands::examples(const CLI::App* command) const {
  static const std::vector<Example> none;
  const auto found = examples_.find(command);
  return found == examples_.end() ? none : found->second;
}

Completer Commands::completer(const CLI::Option* option) const {
  const auto found = completers_.find(option);
  return found == completers_.end() ? nullptr : found->second;
}

Completer Commands::completer(const CLI::App* command) const {
  const auto found = word_completers_.find(command);
  return found == word_completers_.end() ? nullptr : found->second;
}

void name_variables(CLI::App& command) {
  for (CLI::Option* option : command.get_options([](const CLI::Option* each) {
         return each->nonpositional() && !each->get_group().empty();
       })) {
    if (option == command.get_help_ptr() || !option->get_envname().empty()) continue;
    std::string name = "LAB_" + option->get_single_name();
    std::ranges::transform(name, name.begin(), [](unsigned char c) {
      return c == '-' ? '_' : static_cast<char>(std::toupper(c));
    });
    option->envname(name);
  }
  for (CLI::App* below : command.get_subcommands([](const CLI::App*) { return true; }))
    name_variables(*below);
}

std::vector<const CLI::App*> visible_commands(const CLI::App& program) {
  std::vector<const CLI::App*> all;
  collect(program, all);
  return all;
}

std::string path_of(const CLI::App& command) {
  const CLI::App* above = command.get_parent();
  return above && above->get_parent() ? path_of(*above) + " " + command.get_name()
                                      : command.get_name();
}

std::vector<const CLI::Option*> visible_flags(const CLI::App& command) {
  return command.get_options([&](const CLI::Option* option) {
    return option->nonpositional() && !option->get_group().empty() &&
           option != command.get_help_ptr();
  });
}

}  // namespace lab::cli
