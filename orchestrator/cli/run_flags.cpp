// SPDX-License-Identifier: MIT
//
// The command `run`: from its flags to Options.
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cstdlib>
#include <map>

#include "cli/command.hpp"
#include "cli/commands.hpp"
#include "cli/flags.hpp"
#include "cli/plays.hpp"
#include "util/text.hpp"

namespace lab::cli {
namespace {

struct RunFlags {
  Options options;
  Color color = Color::automatic;
  std::vector<std::string> families;
  std::vector<std::string> settings;  // "port=9000"
  std::size_t deadline_ms = 60'000;
};

void add_run_flags(CLI::App& command, RunFlags& flags) {
  const std::map<std::string, Where> wheres{
      {"auto", Where::automatic}, {"here", Where::here}, {"vm", Where::vm}};
  Options& options = flags.options;
  command
      .add_option("what", options.words,
                  "names from `list`, topics, patterns (\"syn-*\"), files, folders, or all")
      ->type_name("")
      ->required();
  command
      .add_option("--where", options.where,
                  "auto: here if the module is loaded, else in a microVM, else here without it;\n"
                  "here: this kernel; vm: a microVM")
      ->transform(CLI::CheckedTransformer(wheres).description("{auto,here,vm}"))
      ->envname("LAB_WHERE");
  command.add_option("--kernel", options.kernel, "the microVM's Debian kernel series: 6.1, 6.12")
      ->envname("LAB_KERNEL")
      ->capture_default_str();
  command.add_option("--family", flags.families, "ipv4 or ipv6; default: as the scenario says")
      ->check(CLI::IsMember({"ipv4", "ipv6"}))
      ->envname("LAB_FAMILY");
  command.add_option("--variant", options.variant, "only this one of a scenario's variants")
      ->envname("LAB_VARIANT");
  command
      .add_option("--set", flags.settings,
                  "NAME=VALUE: a parameter of the scenario; may stand several times\n"
                  "(LAB_SET: several, with blanks between)")
      ->type_name("TEXT")
      ->expected(1)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  command
      .add_option("-j,--jobs", options.jobs,
                  "so many plays side by side; default: as many as there are processors,\n"
                  "and at least two, because a play waits more than it works")
      ->check(CLI::Range(std::size_t{1}, std::size_t{1000}))
      ->envname("LAB_JOBS");
  command
      .add_option("--deadline", flags.deadline_ms,
                  "a play that takes longer is killed, and has failed; 60s unless stated")
      ->transform(CLI::AsNumberWithUnit(
          std::map<std::string, std::size_t>{{"ms", 1}, {"s", 1000}, {"min", 60'000}},
          CLI::AsNumberWithUnit::UNIT_REQUIRED, "TIME"))
      ->check(CLI::Range(std::size_t{1}, std::size_t{24 * 3600 * 1000}).description(""))
      ->envname("LAB_DEADLINE");
  CLI::Option* verbose = command
                             .add_flag("-v,--verbose", options.verbose,
                                       "everything: each check, each event of each path, each look "
                                       "at the tables,\nof every play, however many there are")
                             ->envname("LAB_VERBOSE");
  command
      .add_flag("-q,--quiet", options.quiet,
                "the verdicts alone: a line a play, and what failed")
      ->envname("LAB_QUIET")
      ->excludes(verbose);
  add_format_flag(command, options.format);
  command.add_option("-o,--output", options.output, "a file that gets the report as JSON, besides")
      ->envname("LAB_OUTPUT");
  command
      .add_option("--pcap", options.pcap,
                  "a directory that gets each play's packets as SCENARIO-FAMILY.pcapng,\n"
                  "with each packet's path through the kernel as its comment")
      ->envname("LAB_PCAP");
  command.add_option("--repeat", options.repeat, "play all so many times, and count")
      ->check(CLI::Range(std::size_t{1}, std::size_t{1'000'000}))
      ->envname("LAB_REPEAT");
  add_color_flag(command, flags.color);
  // How a microVM's orchestrator is told what only the one outside can know.
  command.add_flag("!--unannounced", options.announce)->group("");
  command.add_flag("--progress", options.progress)->group("");
  command.add_option("--flags", options.flags)->group("");
}

std::vector<std::string> settings_of(const RunFlags& flags) {
  if (!flags.settings.empty()) return flags.settings;
  const char* variable = std::getenv("LAB_SET");
  const auto parts = words(variable ? variable : "");
  return {parts.begin(), parts.end()};
}

// What plays a scenario again in the same way.
std::string flags_again(const RunFlags& flags) {
  std::string again;
  for (const std::string& setting : settings_of(flags)) again += " --set " + shell_word(setting);
  if (flags.options.where == Where::here) again += " --where here";
  return again;
}

Options finished(RunFlags& flags) {
  Options options = flags.options;
  options.parameters = parameters_from(settings_of(flags));
  options.deadline = std::chrono::milliseconds(flags.deadline_ms);
  if (options.flags.empty()) options.flags = flags_again(flags);
  options.style = style_of(flags.color);
  if (options.verbose) options.style.detail = report::Detail::full;
  if (options.quiet) {
    options.style.detail = report::Detail::verdicts;
    options.announce = false;
  }
  options.progress |= ::isatty(STDOUT_FILENO) == 1;
  for (const std::string& name : flags.families)
    options.families.push_back(name == "ipv4" ? Family::inet : Family::inet6);
  return options;
}

}  // namespace

void add_run(Commands& commands) {
  CLI::App* command = commands.add("run", "play scenarios and judge them");
  const auto flags = std::make_shared<RunFlags>();
  add_run_flags(*command, *flags);
  commands.set_action(command, [flags] { return run(finished(*flags)); });
}

}  // namespace lab::cli
