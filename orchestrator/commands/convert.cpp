// SPDX-License-Identifier: MIT
//
// convert: write a packetdrill script as a scenario file.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <filesystem>

#include "cli/command.hpp"
#include "commands/add_commands.hpp"
#include "packetdrill/convert.hpp"
#include "packetdrill/load.hpp"
#include "util/error.hpp"
#include "util/text.hpp"

namespace lab::commands {
namespace {

struct ConvertFlags {
  std::string file, name;
  std::vector<std::string> settings;  // "NAME=VALUE"
};

// A name that a scenario may have, made of the file's.
std::string name_for(const std::string& file) {
  constexpr std::size_t longest = 32;
  std::string name = std::filesystem::path(file).stem();
  std::ranges::replace_if(
      name,
      [](char c) {
        return !((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                 c == '-' || c == '_');
      },
      '-');
  if (name.empty() || !((name[0] >= 'a' && name[0] <= 'z') || (name[0] >= 'A' && name[0] <= 'Z')))
    name = "script-" + name;
  return name.substr(0, longest);
}

int convert(const ConvertFlags& flags) {
  if (!flags.file.ends_with(packetdrill::suffix))
    throw UsageError(fmt::format("{}: not a script; its name must end in {}", flags.file,
                                 packetdrill::suffix));
  scenario::Reading reading;
  for (const std::string& setting : flags.settings) {
    const std::size_t equals = setting.find('=');
    if (equals == 0 || equals == std::string::npos)
      throw UsageError(fmt::format("--set {}: write NAME=VALUE", setting));
    reading.parameters[setting.substr(0, equals)] = setting.substr(equals + 1);
  }
  packetdrill::load(flags.file, reading);  // says what is wrong with the file itself
  const std::string name = flags.name.empty() ? name_for(flags.file) : flags.name;
  fmt::print("{}", packetdrill::convert(read_file(flags.file), flags.file, name, reading));
  return static_cast<int>(Exit::pass);
}

}  // namespace

void add_convert(cli::Commands& commands) {
  CLI::App* command = commands.add("convert", "write a packetdrill script as a scenario file");
  const auto flags = std::make_shared<ConvertFlags>();
  command->add_option("file", flags->file, "the script, FILE.pkt")->type_name("")->required();
  command->add_option("--name", flags->name, "the scenario's name; default: the file's")
      ->type_name("NAME");
  command->add_option("--set", flags->settings,
                      "NAME=VALUE: an option of packetdrill's, or a definition");
  commands.describe(command, cli::Purpose::scenarios,
                    {{"convert my.pkt > my.yaml", "write it as a scenario, with its comments"}});
  commands.set_action(command, [flags] { return convert(*flags); });
}

}  // namespace lab::commands
