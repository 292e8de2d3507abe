// SPDX-License-Identifier: MIT
#include "commands/play_flags.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdlib>
#include <map>

#include "cli/choice.hpp"
#include "commands/arch_flag.hpp"
#include "commands/candidates.hpp"
#include "play/play_list.hpp"
#include "util/text.hpp"

namespace lab::commands {
namespace {

// The flag is repeated for each parameter; the variable holds all of them.
std::vector<std::string> settings_of(const PlayFlags& flags) {
  const char* variable = std::getenv("LAB_SET");
  if (!variable || flags.settings != std::vector<std::string>{variable}) return flags.settings;
  const auto parts = words(variable);
  return {parts.begin(), parts.end()};
}

// The flags that repeat a run, without file, family and variant. --where vm and --kernel are
// added when the microVM is chosen. Empty, or begins with a space.
std::string flags_again(const PlayFlags& flags) {
  std::string again;
  for (const std::string& setting : settings_of(flags)) again += " --set " + shell_word(setting);
  if (flags.options.where == play::Where::here) again += " --where here";
  if (flags.deadline_ms != PlayFlags{}.deadline_ms)
    again += fmt::format(" --deadline {}ms", flags.deadline_ms);
  return again;
}

}  // namespace

void add_play_flags(cli::Commands& commands, CLI::App& command, PlayFlags& flags) {
  const cli::Choices<play::Where> wheres{
      {"auto", play::Where::automatic}, {"here", play::Where::here}, {"vm", play::Where::vm}};
  play::Options& options = flags.options;
  command
      .add_option("--where", options.where,
                  "here: this kernel (without root: in a user namespace); vm: a microVM;\n"
                  "auto: here if the module is loaded, else vm, else here without the module;\n"
                  "a program that is not the lab's own is never run here by auto")
      ->transform(cli::choice(wheres))
      ->envname("LAB_WHERE");
  commands.completes(
      command
          .add_option(
              "--kernel", options.kernel,
              "the microVM's kernel: a Debian series (5.10, 6.1, 6.12, 7.x), a version,\n"
              "or the path of an unpacked kernel (docs/kernels.md); all: run on each, and compare")
          ->envname("LAB_KERNEL")
          ->capture_default_str(),
      kernels);
  add_arch_flag(command, options.architecture);
  command.add_option("--family", flags.families, "ipv4 or ipv6; default: what the scenario says")
      ->check(CLI::IsMember({"ipv4", "ipv6"}))
      ->envname("LAB_FAMILY");
  commands.completes(
      command.add_option("--variant", options.variant, "only this variant")->envname("LAB_VARIANT"),
      variants);
  command
      .add_option("-D,--set", flags.settings,
                  "NAME=VALUE: set a parameter of the scenario, or define NAME in a packetdrill\n"
                  "script; may be repeated (in the variable, separate them with spaces)")
      ->type_name("TEXT")
      ->expected(1)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  command
      .add_option("--deadline", flags.deadline_ms,
                  "kill a run that takes longer; it has failed; default: 60s")
      ->transform(CLI::AsNumberWithUnit(
          std::map<std::string, std::size_t>{{"ms", 1}, {"s", 1000}, {"min", 60'000}},
          CLI::AsNumberWithUnit::UNIT_REQUIRED, "TIME"))
      ->check(CLI::Range(std::size_t{1}, std::size_t{24 * 3600 * 1000}).description(""))
      ->envname("LAB_DEADLINE");
  cli::add_color_flag(command, flags.color);
}

play::Options options_of(const PlayFlags& flags) {
  play::Options options = flags.options;
  options.parameters = play::parameters_from(settings_of(flags));
  options.deadline = std::chrono::milliseconds(flags.deadline_ms);
  if (options.kernel != "all") options.kernel = guest_of(options.kernel, options.architecture);
  if (options.flags.empty()) options.flags = flags_again(flags);
  options.style = cli::style_of(flags.color);
  for (const std::string& name : flags.families)
    options.families.push_back(name == "ipv4" ? Family::inet : Family::inet6);
  return options;
}

}  // namespace lab::commands
