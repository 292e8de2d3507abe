// SPDX-License-Identifier: MIT
//
// schema: print the scenario language, for editors and for people.
#include "scenario/schema.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "cli/command.hpp"
#include "commands/add_commands.hpp"
#include "util/error.hpp"

namespace lab::commands {
namespace {

int schema(const std::string& format) {
  fmt::print("{}",
             format == "json" ? scenario::json_schema().dump(2) + "\n" : scenario::reference());
  return static_cast<int>(Exit::pass);
}

}  // namespace

void add_schema(cli::Commands& commands) {
  CLI::App* command =
      commands.add("schema", "print the scenario language as JSON Schema or as a reference");
  const auto format = std::make_shared<std::string>("json");
  command->add_option("-f,--format", *format, "json (JSON Schema) or markdown")
      ->check(CLI::IsMember({"json", "markdown"}))
      ->envname("LAB_SCHEMA_FORMAT")  // LAB_FORMAT has other values
      ->capture_default_str();
  commands.describe(command, cli::Purpose::scenarios,
                    {{"schema > scenario.schema.json", "for an editor that supports JSON Schema"},
                     {"schema --format markdown", "to read"}});
  commands.set_action(command, [format] { return schema(*format); });
}

}  // namespace lab::commands
