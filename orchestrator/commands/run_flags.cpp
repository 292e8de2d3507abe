// SPDX-License-Identifier: MIT
//
// run: its flags, and what they make of play::Options.
#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cstdlib>
#include <map>

#include "cli/command.hpp"
#include "cli/flags.hpp"
#include "commands/add_commands.hpp"
#include "commands/candidates.hpp"
#include "commands/report_flags.hpp"
#include "commands/run.hpp"
#include "play/play_list.hpp"
#include "play/report_files.hpp"
#include "util/text.hpp"

namespace lab::commands {
namespace {

struct RunFlags {
  play::Options options;
  cli::Color color = cli::Color::automatic;
  std::vector<std::string> families;
  std::vector<std::string> settings;  // "port=9000"
  std::size_t deadline_ms = 60'000;
  // Empty: no. Without a name of its own it is "*", or "true" as LAB_KEEP may be.
  std::string keep;
};

void add_run_flags(cli::Commands& commands, CLI::App& command, RunFlags& flags) {
  const std::map<std::string, play::Where> wheres{
      {"auto", play::Where::automatic}, {"here", play::Where::here}, {"vm", play::Where::vm}};
  play::Options& options = flags.options;
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
                  "NAME=VALUE: a parameter of the scenario; may be repeated\n"
                  "(the variable holds several, separated by blanks)")
      ->type_name("TEXT")
      ->expected(1)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  command
      .add_option("-j,--jobs", options.jobs,
                  "run N in parallel; default: as many as there are processors, and at least\n"
                  "two, because a run mostly waits")
      ->check(CLI::Range(std::size_t{1}, std::size_t{1000}))
      ->envname("LAB_JOBS");
  command
      .add_option("--deadline", flags.deadline_ms,
                  "a run that takes longer is killed, and has failed; default: 60s")
      ->transform(CLI::AsNumberWithUnit(
          std::map<std::string, std::size_t>{{"ms", 1}, {"s", 1000}, {"min", 60'000}},
          CLI::AsNumberWithUnit::UNIT_REQUIRED, "TIME"))
      ->check(CLI::Range(std::size_t{1}, std::size_t{24 * 3600 * 1000}).description(""))
      ->envname("LAB_DEADLINE");
  CLI::Option* verbose = command
                             .add_flag("-v,--verbose", options.verbose,
                                       "everything: each check, each event of each path, each look "
                                       "at the tables,\nof every run")
                             ->envname("LAB_VERBOSE");
  command.add_flag("-q,--quiet", options.quiet, "verdicts only, one line per run, and what failed")
      ->envname("LAB_QUIET")
      ->excludes(verbose);
  cli::add_format_flag(command, options.format);
  add_report_flags(commands, command, options.reports);
  cli::add_pcap_flag(commands, command, options.pcap);
  command.add_option("--repeat", options.repeat, "run all of it N times, and count the results")
      ->check(CLI::Range(std::size_t{1}, std::size_t{1'000'000}))
      ->envname("LAB_REPEAT");
  command
      .add_flag("--keep{*}", flags.keep,
                "keep the lab when the run is over: its hosts are network namespaces\n"
                "lab-LAB-HOST, as `ip netns` shows them. --keep=LAB names it; by default it has\n"
                "the scenario's name. See inspect, exec, capture, clean")
      ->type_name("")
      ->envname("LAB_KEEP");
  cli::add_color_flag(command, flags.color);
  // For the orchestrator in a microVM: what only the one outside can know.
  command.add_flag("!--unannounced", options.announce)->group("");
  command.add_flag("--progress", options.progress)->group("");
  command.add_option("--flags", options.flags)->group("");
  command.add_flag("--confine-programs", options.confine)->group("");
  command.add_option("--verdicts", options.verdicts)->group("");
}

// The flag is given once per parameter; the variable holds all of them.
std::vector<std::string> settings_of(const RunFlags& flags) {
  const char* variable = std::getenv("LAB_SET");
  if (!variable || flags.settings != std::vector<std::string>{variable}) return flags.settings;
  const auto parts = words(variable);
  return {parts.begin(), parts.end()};
}

// The headings of --help; other flags are below "Options".
void group_flags(CLI::App& command) {
  constexpr std::pair<const char*, const char*> groups[] = {
      {"--family", "What is run"},    {"--variant", "What is run"},
      {"--set", "What is run"},       {"--repeat", "What is run"},
      {"--where", "Where and how"},   {"--kernel", "Where and how"},
      {"--jobs", "Where and how"},    {"--deadline", "Where and how"},
      {"--format", "What comes out"}, {"--output", "What comes out"},
      {"--pcap", "What comes out"},   {"--verbose", "What comes out"},
      {"--color", "What comes out"}};
  for (const auto& [flag, group] : groups) command.get_option(flag)->group(group);
}

// The flags that run a scenario again in the same way, but for file, family and variant.
// Those of a microVM are added where it is chosen.
std::string flags_again(const RunFlags& flags) {
  std::string again;
  for (const std::string& setting : settings_of(flags)) again += " --set " + shell_word(setting);
  if (flags.options.where == play::Where::here) again += " --where here";
  if (flags.deadline_ms != RunFlags{}.deadline_ms)
    again += fmt::format(" --deadline {}ms", flags.deadline_ms);
  if (flags.options.repeat > 1) again += fmt::format(" --repeat {}", flags.options.repeat);
  return again;
}

play::Options finished(RunFlags& flags) {
  play::Options options = flags.options;
  options.parameters = play::parameters_from(settings_of(flags));
  options.deadline = std::chrono::milliseconds(flags.deadline_ms);
  if (options.flags.empty()) options.flags = flags_again(flags);
  if (!flags.keep.empty() && flags.keep != "false")
    options.keep = flags.keep == "*" || flags.keep == "true" ? "" : flags.keep;
  options.style = cli::style_of(flags.color);
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

void add_run(cli::Commands& commands) {
  CLI::App* command = commands.add("run", "run scenarios and check them");
  const auto flags = std::make_shared<RunFlags>();
  add_run_flags(commands, *command, *flags);
  group_flags(*command);
  commands.describe(command, cli::Purpose::play,
                    {{"run simopen", "one scenario, over each of its families"},
                     {"run all -j 4", "every scenario, four in parallel, and a summary"},
                     {"run simopen --where vm --kernel 6.12", "in a microVM with that kernel"},
                     {"run no-listener 'syn-*' my-own.yaml", "a topic, a pattern, a file"},
                     {"run simopen --repeat 1000", "a thousand times, with a count of the results"},
                     {"run simopen --pcap out", "with each packet's path, for Wireshark"}});
  commands.set_action(command, [flags] { return run(finished(*flags)); });
}

}  // namespace lab::commands
