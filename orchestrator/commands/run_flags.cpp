// SPDX-License-Identifier: MIT
//
// run: its flags, which set play::Options.
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
  // Empty: do not keep. "*" (the flag) or "true" (LAB_KEEP): keep under the default name.
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
                  "here: this kernel (without root: in a user namespace); vm: a microVM;\n"
                  "auto: here if the module is loaded, else vm, else here without the module;\n"
                  "a program that is not the lab's own is never run here by auto")
      ->transform(CLI::CheckedTransformer(wheres).description("{auto,here,vm}"))
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
  command.add_option("--family", flags.families, "ipv4 or ipv6; default: what the scenario says")
      ->check(CLI::IsMember({"ipv4", "ipv6"}))
      ->envname("LAB_FAMILY");
  commands.completes(
      command.add_option("--variant", options.variant, "only this variant")->envname("LAB_VARIANT"),
      variants);
  command
      .add_option("--set", flags.settings,
                  "NAME=VALUE: set a parameter of the scenario; may be repeated\n"
                  "(in the variable, separate them with spaces)")
      ->type_name("TEXT")
      ->expected(1)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  command
      .add_option("-j,--jobs", options.jobs,
                  "run N in parallel; default: one per processor, at least two, because a run\n"
                  "mostly waits")
      ->check(CLI::Range(std::size_t{1}, std::size_t{1000}))
      ->envname("LAB_JOBS");
  command
      .add_option("--deadline", flags.deadline_ms,
                  "kill a run that takes longer; it has failed; default: 60s")
      ->transform(CLI::AsNumberWithUnit(
          std::map<std::string, std::size_t>{{"ms", 1}, {"s", 1000}, {"min", 60'000}},
          CLI::AsNumberWithUnit::UNIT_REQUIRED, "TIME"))
      ->check(CLI::Range(std::size_t{1}, std::size_t{24 * 3600 * 1000}).description(""))
      ->envname("LAB_DEADLINE");
  CLI::Option* verbose = command
                             .add_flag("-v,--verbose", options.verbose,
                                       "print every check, every event of every segment trace and "
                                       "every\nsnapshot of the tables, of every run")
                             ->envname("LAB_VERBOSE");
  command.add_flag("-q,--quiet", options.quiet, "verdicts only, one line per run, and what failed")
      ->envname("LAB_QUIET")
      ->excludes(verbose);
  cli::add_format_flag(command, options.format);
  add_report_flags(commands, command, options.reports);
  cli::add_pcap_flag(commands, command, options.pcap);
  command.add_option("--repeat", options.repeat, "run everything N times and count the results")
      ->check(CLI::Range(std::size_t{1}, std::size_t{1'000'000}))
      ->envname("LAB_REPEAT");
  command
      .add_flag("--keep{*}", flags.keep,
                "keep the lab after the run: `ip netns` lists its hosts as lab-LAB-HOST.\n"
                "--keep=LAB names it; the default is the scenario's name. See inspect, exec,\n"
                "capture, clean")
      ->type_name("")
      ->envname("LAB_KEEP");
  cli::add_color_flag(command, flags.color);
  // Hidden: passed by the orchestrator on the host to the one in the microVM.
  command.add_flag("!--unannounced", options.announce)->group("");
  command.add_flag("--progress", options.progress)->group("");
  command.add_option("--flags", options.flags)->group("");
  command.add_flag("--confine-programs", options.confine)->group("");
  // The same, for grading (grade/guest.cpp).
  command.add_flag("--set-known", options.only_known_parameters)->group("");
  command.add_flag("--go-on", options.goes_on)->group("");
  command.add_option("--verdicts", options.verdicts)->group("");
}

// The flag is repeated for each parameter; the variable holds all of them.
std::vector<std::string> settings_of(const RunFlags& flags) {
  const char* variable = std::getenv("LAB_SET");
  if (!variable || flags.settings != std::vector<std::string>{variable}) return flags.settings;
  const auto parts = words(variable);
  return {parts.begin(), parts.end()};
}

// The headings of --help; other flags are under "Options".
void group_flags(CLI::App& command) {
  constexpr std::pair<const char*, const char*> groups[] = {
      {"--family", "What to run"},  {"--variant", "What to run"},
      {"--set", "What to run"},     {"--repeat", "What to run"},
      {"--where", "Where and how"}, {"--kernel", "Where and how"},
      {"--jobs", "Where and how"},  {"--deadline", "Where and how"},
      {"--format", "Output"},       {"--output", "Output"},
      {"--pcap", "Output"},         {"--verbose", "Output"},
      {"--color", "Output"}};
  for (const auto& [flag, group] : groups) command.get_option(flag)->group(group);
}

// The flags that repeat a run, without file, family and variant. --where vm and --kernel
// are added when the microVM is chosen.
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
  CLI::App* command = commands.add("run", "run scenarios and check what happens");
  const auto flags = std::make_shared<RunFlags>();
  add_run_flags(commands, *command, *flags);
  group_flags(*command);
  commands.describe(command, cli::Purpose::play,
                    {{"run simopen", "one scenario, for each of its families"},
                     {"run all -j 4", "every scenario, four in parallel, and a summary"},
                     {"run simopen --where vm --kernel 6.12", "in a microVM with this kernel"},
                     {"run no-listener 'syn-*' my-own.yaml", "a topic, a pattern, a file"},
                     {"run simopen --repeat 1000", "a thousand times, with a count of the results"},
                     {"run simopen --pcap out", "save packets with their traces, for Wireshark"}});
  commands.set_action(command, [flags] { return run(finished(*flags)); });
}

}  // namespace lab::commands
