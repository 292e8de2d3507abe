// SPDX-License-Identifier: MIT
//
// schema: print the scenario language, for editors and for people, or the form of reports.
#include "parser/schema.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "cli/command.hpp"
#include "commands/add_commands.hpp"
#include "report/schema.hpp"
#include "util/error.hpp"

namespace lab::commands {
namespace {

int schema(const std::string& of, const std::string& format) {
  if (of == "report" && format != "json")
    throw UsageError("the schema of reports is printed as JSON only: leave out --format");
  fmt::print("{}", of == "report"     ? report::document_schema().dump(2) + "\n"
                   : format == "json" ? parser::json_schema().dump(2) + "\n"
                                      : parser::reference());
  return static_cast<int>(Exit::pass);
}

}  // namespace

void add_schema(cli::Commands& commands) {
  CLI::App* command =
      commands.add("schema", "print the scenario language, or the form of reports, as JSON Schema");
  const auto of = std::make_shared<std::string>("scenario");
  command->add_option("OF", *of, "scenario or report")
      ->check(CLI::IsMember({"scenario", "report"}))
      ->capture_default_str();
  const auto format = std::make_shared<std::string>("json");
  command->add_option("-f,--format", *format, "json (JSON Schema) or markdown (a reference)")
      ->check(CLI::IsMember({"json", "markdown"}))
      ->envname("LAB_SCHEMA_FORMAT")  // LAB_FORMAT has other values
      ->capture_default_str();
  commands.describe(command, cli::Purpose::scenarios,
                    {{"schema > scenario.schema.json", "for an editor that supports JSON Schema"},
                     {"schema --format markdown", "to read"},
                     {"schema report > report.schema.json", "for programs that read reports"}});
  commands.set_action(command, [of, format] { return schema(*of, *format); });
}

}  // namespace lab::commands
