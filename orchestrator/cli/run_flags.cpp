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
#include "cli/report_files.hpp"
#include "util/text.hpp"

namespace lab::cli {
namespace {

struct RunFlags {
  Options options;
  Color color = Color::automatic;
  std::vector<std::string> families;
  std::vector<std::string> settings;  // "port=9000"
  std::size_t deadline_ms = 60'000;
  // Empty: no. Without a name of its own it is "*", or "true" as LAB_KEEP may be.
  std::string keep;
};

void add_run_flags(Commands& commands, CLI::App& command, RunFlags& flags) {
  const std::map<std::string, Where> wheres{
      {"auto", Where::automatic}, {"here", Where::here}, {"vm", Where::vm}};
  Options& options = flags.options;
  commands.completes(
      command
          .add_option("what", options.words,
                      "names from `list`, topics, patterns (\"syn-*\"), files, folders, or all")
          ->type_name("")
          ->required(),
      scenario_words);
  command
      .add_option("--where", options.where,
                  "auto: here if the module is loaded, else in a microVM, else here without it;\n"
                  "here: this kernel (without root: in a user namespace); vm: a microVM")
      ->transform(CLI::CheckedTransformer(wheres).description("{auto,here,vm}"))
      ->envname("LAB_WHERE");
  commands.completes(
      command
          .add_option("--kernel", options.kernel,
                      "the microVM's kernel: a Debian series (5.10, 6.1, 6.12, 7.x), a version,\n"
                      "the path of an unpacked one (docs/kernels.md); all: each, and what differs")
          ->envname("LAB_KERNEL")
          ->capture_default_str(),
      kernels);
  command.add_option("--family", flags.families, "ipv4 or ipv6; default: as the scenario says")
      ->check(CLI::IsMember({"ipv4", "ipv6"}))
      ->envname("LAB_FAMILY");
  commands.completes(
      command.add_option("--variant", options.variant, "only this one of a scenario's variants")
          ->envname("LAB_VARIANT"),
      variants);
  command
      .add_option("--set", flags.settings,
                  "NAME=VALUE: a parameter of the scenario; may stand several times\n"
                  "(the variable holds several, with blanks between)")
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
      .add_flag("-q,--quiet", options.quiet, "the verdicts alone: a line a play, and what failed")
      ->envname("LAB_QUIET")
      ->excludes(verbose);
  add_format_flag(command, options.format);
  add_report_flags(commands, command, options.reports);
  add_pcap_flag(commands, command, options.pcap);
  command.add_option("--repeat", options.repeat, "play all so many times, and count")
      ->check(CLI::Range(std::size_t{1}, std::size_t{1'000'000}))
      ->envname("LAB_REPEAT");
  command
      .add_flag("--keep{*}", flags.keep,
                "leave the lab standing when the play is over: its hosts are network namespaces\n"
                "lab-LAB-HOST, as `ip netns` shows them. --keep=LAB names it; else it is called\n"
                "as the scenario. See inspect, exec, capture, clean")
      ->type_name("")
      ->envname("LAB_KEEP");
  add_color_flag(command, flags.color);
  // How a microVM's orchestrator is told what only the one outside can know.
  command.add_flag("!--unannounced", options.announce)->group("");
  command.add_flag("--progress", options.progress)->group("");
  command.add_option("--flags", options.flags)->group("");
}

// Flags are set one by one; the variable holds all of them.
std::vector<std::string> settings_of(const RunFlags& flags) {
  const char* variable = std::getenv("LAB_SET");
  if (!variable || flags.settings != std::vector<std::string>{variable}) return flags.settings;
  const auto parts = words(variable);
  return {parts.begin(), parts.end()};
}

// The headings of --help; what is not named here stands below "Options".
void group_flags(CLI::App& command) {
  constexpr std::pair<const char*, const char*> groups[] = {
      {"--family", "What is played"}, {"--variant", "What is played"},
      {"--set", "What is played"},    {"--repeat", "What is played"},
      {"--where", "Where and how"},   {"--kernel", "Where and how"},
      {"--jobs", "Where and how"},    {"--deadline", "Where and how"},
      {"--format", "What comes out"}, {"--output", "What comes out"},
      {"--pcap", "What comes out"},   {"--verbose", "What comes out"},
      {"--color", "What comes out"}};
  for (const auto& [flag, group] : groups) command.get_option(flag)->group(group);
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
  if (!flags.keep.empty() && flags.keep != "false")
    options.keep = flags.keep == "*" || flags.keep == "true" ? "" : flags.keep;
  options.style = style_of(flags.color);
  if (options.verbose) options.style.detail = draw::Detail::full;
  if (options.quiet) {
    options.style.detail = draw::Detail::verdicts;
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
  add_run_flags(commands, *command, *flags);
  group_flags(*command);
  commands.describe(command, Purpose::play,
                    {{"run simopen", "one scenario, over each of its families"},
                     {"run all -j 4", "every scenario, side by side, and a summary"},
                     {"run simopen --where vm --kernel 6.12", "in a microVM with that kernel"},
                     {"run no-listener 'syn-*' my-own.yaml", "a topic, a pattern, a file"},
                     {"run simopen --repeat 1000", "a thousand times, and counted"},
                     {"run simopen --pcap out", "with each packet's path, for Wireshark"}});
  commands.set_action(command, [flags] { return run(finished(*flags)); });
}

}  // namespace lab::cli
