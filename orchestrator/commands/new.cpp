// SPDX-License-Identifier: MIT
//
// new: write a scenario file to start from.
#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>

#include "cli/command.hpp"
#include "commands/add_commands.hpp"
#include "commands/candidates.hpp"
#include "commands/scenario_files.hpp"
#include "parser/catalogue.hpp"
#include "parser/starting_file.hpp"
#include "util/error.hpp"
#include "util/fd.hpp"
#include "util/print.hpp"
#include "util/write_all.hpp"

namespace lab::commands {
namespace {

namespace fs = std::filesystem;

struct NewFlags {
  std::string name, topic;
};

// A name must identify one scenario.
void require_unused(const std::string& name) {
  for (const auto& file : parser::files_of(scenarios_folder()))
    if (file.name == name)
      throw UsageError(fmt::format("{}: a scenario already has that name: {}", name, file.path));
}

fs::path folder_of(const std::string& topic) {
  const fs::path below(topic);
  const bool climbs = std::ranges::find(below, fs::path("..")) != below.end();
  if (below.is_absolute() || climbs)
    throw UsageError(
        fmt::format("--topic {}: write the name of a folder below {}", topic, scenarios_folder()));
  const fs::path folder = fs::path(scenarios_folder()) / below;
  std::error_code error;
  fs::create_directories(folder, error);
  if (error) throw UsageError(fmt::format("{}: {}", folder.string(), error.message()));
  return folder;
}

void write_new(const std::string& path, std::string_view text) {
  const Fd file(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666));
  if (!file && errno == EEXIST)
    throw UsageError(fmt::format("{}: the file exists; it was not changed", path));
  if (!file) throw UsageError(fmt::format("{}: {}", path, std::strerror(errno)));
  write_all(file, text, path);
}

int write_scenario(const std::string& name, const std::string& topic) {
  const std::string text = parser::starting_file(name);
  fs::path path = name + ".yaml";
  if (!topic.empty()) {
    require_unused(name);
    path = folder_of(topic) / path;
  }
  write_new(path, text);
  print_printable(stdout, "{}: written. Edit it, then `run {}`.\n", path.string(),
                  topic.empty() ? path.string() : name);
  return static_cast<int>(Exit::pass);
}

}  // namespace

void add_new(cli::Commands& commands) {
  CLI::App* command = commands.add("new", "write a scenario file to start from");
  const auto flags = std::make_shared<NewFlags>();
  command->add_option("name", flags->name, "the name of the scenario")->type_name("")->required();
  commands.completes(
      command->add_option(
          "--topic", flags->topic,
          "write it to this topic's folder of scenarios; default: the current directory"),
      topics);
  commands.describe(command, cli::Purpose::scenarios,
                    {{"new my-own", "write my-own.yaml to the current directory"},
                     {"new my-own --topic no-listener", "write it to a topic's folder"}});
  commands.set_action(command, [flags] { return write_scenario(flags->name, flags->topic); });
}

}  // namespace lab::commands
