// SPDX-License-Identifier: MIT
#include "cli/suggest.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "cli/command.hpp"
#include "util/text.hpp"

namespace lab::cli {
namespace {

const CLI::App& innermost(const CLI::App& program) {
  const auto parsed = program.get_subcommands();
  return parsed.empty() ? program : innermost(*parsed.back());
}

std::vector<std::string> flags_of(const CLI::App& command) {
  std::vector<std::string> names{"--help"};
  if (command.get_version_ptr()) names.emplace_back("--version");
  for (const CLI::Option* flag : visible_flags(command))
    for (const std::string& name : flag->get_lnames()) names.push_back("--" + name);
  return names;
}

std::vector<std::string> commands_of(const CLI::App& command) {
  std::vector<std::string> names;
  for (const CLI::App* below : command.get_subcommands([](const CLI::App*) { return true; }))
    if (!below->get_group().empty()) names.push_back(below->get_name());
  return names;
}

std::string about(const CLI::App& command, const std::string& word,
                  bool (*is_scenario)(const std::string&)) {
  const bool is_flag = word.starts_with('-');
  const std::string plain = word.substr(0, word.find('='));
  const auto near = nearest(plain, is_flag ? flags_of(command) : commands_of(command), 1);
  const std::string where = command.get_parent() ? path_of(command) : "orchestrator";
  const std::string what =
      is_flag ? fmt::format("{} has no flag {}", where, plain)
      : command.get_subcommands([](const CLI::App*) { return true; }).empty()
          ? fmt::format("{} takes no more arguments, but got \"{}\"", where, word)
          : fmt::format("there is no command \"{}\"", word);
  if (!is_flag && !command.get_parent() && is_scenario(word))
    return fmt::format("{}, but there is a scenario: orchestrator run {}", what, word);
  return near.empty() ? what : fmt::format("{}; did you mean {}?", what, near.front());
}

}  // namespace

std::string suggestion(const CLI::App& program, bool (*is_scenario)(const std::string&)) {
  const CLI::App& command = innermost(program);
  for (const std::string& word : program.remaining(true)) {
    if (word.size() > 1) return about(command, word, is_scenario);
  }
  return "";
}

}  // namespace lab::cli
