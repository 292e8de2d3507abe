// SPDX-License-Identifier: MIT
#include "cli/command.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cctype>

#include "cli/flags.hpp"
#include "draw/text.hpp"
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

// --help and --version.
bool is_answered_by_cli11(const CLI::App& command, const CLI::Option* option) {
  return option == command.get_help_ptr() || option == command.get_version_ptr();
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
  // What it does stands beside the line where there is room for it, else below.
  constexpr std::size_t before = 15, least = 24;  // "  orchestrator "
  const std::size_t page = style_of(Color::never).page_width();
  std::size_t width = 0;
  for (const Example& example : examples) width = std::max(width, example.line.size());
  const bool beside = before + width + 2 + least <= page;
  const std::size_t column = beside ? before + width + 2 : 6;
  std::string footer = "Examples:";
  for (const Example& example : examples) {
    footer += fmt::format("\n  orchestrator {:{}}", example.line, beside ? width + 2 : 0);
    if (!beside) footer += fmt::format("\n{:{}}", "", column);
    const auto lines = draw::wrapped(example.what, page - column);
    footer += fmt::format("{}", fmt::join(lines, fmt::format("\n{:{}}", "", column)));
  }
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
    if (is_answered_by_cli11(command, option) || !option->get_envname().empty()) continue;
    std::string name = "LAB_" + option->get_single_name();
    std::ranges::transform(name, name.begin(), [](unsigned char c) {
      return c == '-' ? '_' : static_cast<char>(std::toupper(c));
    });
    option->envname(name);
  }
  for (CLI::App* below : command.get_subcommands([](const CLI::App*) { return true; }))
    name_variables(*below);
}

void refuse_empty_values(const CLI::App& command) {
  for (const CLI::Option* option : visible_flags(command))
    if (option->get_items_expected_min() > 0 &&
        std::ranges::count(option->results(), std::string()) > 0)
      throw UsageError(fmt::format("{}: its value is empty; leave it out or give it a value",
                                   option->get_name()));
  for (const CLI::App* below : command.get_subcommands()) refuse_empty_values(*below);
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
           !is_answered_by_cli11(command, option);
  });
}

}  // namespace lab::cli
