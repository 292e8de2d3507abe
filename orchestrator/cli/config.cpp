// SPDX-License-Identifier: MIT
#include "cli/config.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cstdlib>
#include <cstring>
#include <set>
#include <sstream>
#include <string_view>

#include "util/error.hpp"
#include "util/text.hpp"

namespace lab::cli {
namespace {

// An empty variable is a value ("no file"), an unset one is not.
std::optional<std::string> variable(const char* name) {
  const char* value = std::getenv(name);
  return value ? std::optional<std::string>(value) : std::nullopt;
}

std::string usual_path() {
  if (const auto folder = variable("XDG_CONFIG_HOME"); folder && folder->starts_with('/'))
    return *folder + "/tcp-lookup-lab/config";
  const auto home = variable("HOME");
  return home && !home->empty() ? *home + "/.config/tcp-lookup-lab/config" : "";
}

// The value of --config before the command, which is the first word that is not a flag.
std::optional<std::string> path_from_flag(int argc, const char* const* argv) {
  constexpr std::string_view flag = "--config", with_value = "--config=";
  std::optional<std::string> path;
  for (int i = 1; i < argc && argv[i][0] == '-'; ++i) {
    const std::string_view word = argv[i];
    if (word.starts_with(with_value))
      path = word.substr(with_value.size());
    else if (word == flag && i + 1 < argc)
      path = argv[++i];
  }
  return path;
}

std::string did_you_mean(const std::string& word, const std::vector<std::string>& known) {
  const auto near = nearest(word, known);
  return near.empty() ? fmt::format("known: {}", fmt::join(known, ", "))
                      : fmt::format("did you mean {}?", fmt::join(near, " or "));
}

// One line that sets a flag.
struct Setting {
  std::vector<std::string> section;  // "[vm.shell]": {"vm", "shell"}
  std::string name;
  std::vector<std::string> values;
};

class Configuration {
 public:
  Configuration(CLI::App& program, const std::string& file) : program_(program), file_(file) {}

  void apply(const std::string& text) {
    std::string header;
    for (const std::string_view each : lines(text)) {
      ++line_;
      const auto parts = words(each);
      if (parts.empty() || parts.front().starts_with('#')) continue;
      if (parts.front().starts_with('[')) {
        header = std::string(each);
        command_ = &command_named(header);
      } else {
        set(setting_of(header, std::string(each)));
      }
    }
  }

 private:
  [[noreturn]] void refuse(const std::string& why) const {
    throw UsageError(fmt::format("{}:{}: {}", file_, line_, why));
  }

  CLI::App& command_named(const std::string& header) {
    std::string_view path = header;
    while (!path.empty() && std::strchr(" \t[", path.front())) path.remove_prefix(1);
    const std::size_t end = path.find(']');
    if (end == std::string_view::npos)
      refuse("write a section's name in brackets, alone on its line: [run]");
    std::string names(path.substr(0, end));
    CLI::App* command = &program_;
    for (const std::string& name : CLI::detail::split(names, '.')) {
      std::vector<std::string> known;
      CLI::App* found = nullptr;
      for (CLI::App* below : command->get_subcommands([](const CLI::App*) { return true; })) {
        if (below->get_group().empty()) continue;
        known.push_back(below->get_name());
        if (below->get_name() == name) found = below;
      }
      if (!found)
        refuse(fmt::format("there is no command \"{}\"; {}", name, did_you_mean(name, known)));
      command = found;
    }
    section_ = names;
    return *command;
  }

  // CLI11 parses one line at a time, with its section header, so that errors have a line number.
  Setting setting_of(const std::string& header, const std::string& text) {
    const std::size_t equals = text.find('=');
    if (equals == std::string::npos) refuse("write NAME = VALUE, as in kernel = \"6.12\"");
    const std::string value = CLI::detail::trim_copy(text.substr(equals + 1));
    if (value.empty() || value.front() == '#') refuse("write a value after the =");
    if (value.front() == '[' && value.find(']') == std::string::npos)
      refuse("write a list on one line: family = [\"ipv4\", \"ipv6\"]");
    std::istringstream input(header + "\n" + text + "\n");
    for (const CLI::ConfigItem& item : CLI::ConfigTOML().from_config(input))
      if (item.name != "++" && item.name != "--") return {item.parents, item.name, item.inputs};
    refuse("write NAME = VALUE, as in kernel = \"6.12\"");
  }

  CLI::Option& option_named(const std::string& name) const {
    std::vector<std::string> known;
    for (CLI::Option* option : command_->get_options([&](const CLI::Option* each) {
           return each->nonpositional() && !each->get_group().empty() &&
                  each != command_->get_help_ptr() && each->get_configurable();
         })) {
      if (option->check_lname(name)) return *option;
      known.push_back(option->get_single_name());
    }
    if (known.empty()) refuse(fmt::format("{} has no flags to set", section_));
    refuse(fmt::format("{} has no flag \"{}\"; {}", section_, name, did_you_mean(name, known)));
  }

  void set(const Setting& setting) {
    if (!command_)
      refuse(fmt::format("{}: put it below a section that names the command, such as [run]",
                         setting.name));
    const std::string name = fmt::format("[{}] {}", section_, setting.name);
    CLI::Option& option = option_named(setting.name);
    if (!set_.insert(&option).second) refuse(fmt::format("{} is set twice; keep one", name));
    const bool takes_many = option.get_expected_max() > 1 ||
                            option.get_multi_option_policy() == CLI::MultiOptionPolicy::TakeAll;
    if (setting.values.size() > 1 && !takes_many)
      refuse(fmt::format("{} takes one value; quote it if it contains spaces", name));
    try {
      // Set the value, then clear the option: the value stays as a default, which the
      // environment and the command line override.
      option.clear();
      for (const std::string& value : setting.values) option.add_result(value);
      option.run_callback();
      option.clear();
    } catch (const CLI::Error& mistake) {
      refuse(fmt::format("{}: {}", name, mistake.what()));
    }
    option.default_str(fmt::format("{}", fmt::join(setting.values, ",")));
  }

  CLI::App& program_;
  const std::string& file_;
  int line_ = 0;
  CLI::App* command_ = nullptr;  // null: before the first section
  std::string section_;
  std::set<const CLI::Option*> set_;
};

}  // namespace

CLI::Option* add_config_flag(CLI::App& program) {
  // It is read before CLI11 parses the command line; this adds it to the help.
  return program
      .add_option("--config",
                  "read defaults for flags from FILE instead of\n~/.config/tcp-lookup-lab/config")
      ->type_name("FILE")
      ->envname("LAB_CONFIG")
      ->configurable(false);
}

std::optional<std::string> config_path(int argc, const char* const* argv) {
  auto named = path_from_flag(argc, argv);
  if (!named) named = variable("LAB_CONFIG");
  const std::string path = named ? *named : usual_path();
  if (path.empty()) return std::nullopt;
  if (!named && ::access(path.c_str(), F_OK) != 0) return std::nullopt;
  return path;
}

void apply_config(CLI::App& program, const std::string& text, const std::string& file) {
  Configuration(program, file).apply(text);
}

}  // namespace lab::cli
