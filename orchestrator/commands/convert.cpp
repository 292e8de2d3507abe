// SPDX-License-Identifier: MIT
//
// convert: write a packetdrill script as a scenario file.
#include "packetdrill/convert.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cli/command.hpp"
#include "commands/add_commands.hpp"
#include "commands/settings_flag.hpp"
#include "packetdrill/load.hpp"
#include "play/play_list.hpp"
#include "util/error.hpp"
#include "util/print.hpp"

namespace lab::commands {
namespace {

struct ConvertFlags {
  std::string file;
  std::optional<std::string> name;    // nothing: made of the file's
  std::vector<std::string> settings;  // "NAME=VALUE"
};

int convert(const ConvertFlags& flags) {
  if (!flags.file.ends_with(packetdrill::suffix))
    throw UsageError(
        fmt::format("{}: not a script; its name must end in {}", flags.file, packetdrill::suffix));
  const std::string name = flags.name.value_or(packetdrill::name_for(flags.file));
  const parser::Reading reading{"", play::parameters_from(flags.settings)};
  print_printable(
      stdout, "{}",
      packetdrill::convert(packetdrill::text_of_file(flags.file), flags.file, name, reading));
  return static_cast<int>(Exit::pass);
}

}  // namespace

void add_convert(cli::Commands& commands) {
  CLI::App* command = commands.add("convert", "write a packetdrill script as a scenario file");
  const auto flags = std::make_shared<ConvertFlags>();
  command->add_option("file", flags->file, "the script, FILE.pkt")->type_name("")->required();
  command->add_option("--name", flags->name, "the scenario's name; default: the file's")
      ->type_name("NAME");
  add_settings_flag(*command, flags->settings);
  commands.describe(command, cli::Purpose::scenarios,
                    {{"convert my.pkt > my.yaml", "write it as a scenario, with its comments"}});
  commands.set_action(command, [flags] { return convert(*flags); });
}

}  // namespace lab::commands
