// SPDX-License-Identifier: MIT
//
// run: its flags, which set play::Options.
#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>

#include "cli/command.hpp"
#include "cli/flags.hpp"
#include "commands/add_commands.hpp"
#include "commands/candidates.hpp"
#include "commands/play_flags.hpp"
#include "commands/report_flags.hpp"
#include "commands/run.hpp"
#include "play/report_files.hpp"

namespace lab::commands {
namespace {

struct RunFlags : PlayFlags {
  // Empty: do not keep. "*" (the flag) or "true" (LAB_KEEP): keep under the default name.
  std::string keep;
};

void add_run_flags(cli::Commands& commands, CLI::App& command, RunFlags& flags) {
  play::Options& options = flags.options;
  commands.completes(
      command
          .add_option("what", options.words,
                      "names from `list`, topics, patterns (\"syn-*\"), files, folders, or all")
          ->type_name("")
          ->required(),
      scenario_words);
  add_play_flags(commands, command, flags);
  command
      .add_option("-j,--jobs", options.jobs,
                  "run N in parallel; default: one per processor, at least two, because a run\n"
                  "mostly waits")
      ->check(CLI::Range(std::size_t{1}, std::size_t{1000}))
      ->envname("LAB_JOBS");
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
  // Hidden: passed by the orchestrator on the host to the one in the microVM.
  command.add_flag("!--unannounced", options.announce)->group("");
  command.add_flag("--progress", options.progress)->group("");
  command.add_option("--flags", options.flags)->group("");
  command.add_flag("--confine-programs", options.confine)
      ->group("")
      ->envname("LAB_CONFINE_PROGRAMS");  // for commands of a rubric (grade/command_guest.cpp)
  // The same, for grading (grade/guest.cpp).
  command.add_flag("--set-known", options.only_known_parameters)->group("");
  command.add_flag("--go-on", options.goes_on)->group("");
  command.add_option("--verdicts", options.verdicts)->group("");
}

// The headings of --help; other flags are under "Options".
void group_flags(CLI::App& command) {
  constexpr std::pair<const char*, const char*> groups[] = {
      {"--family", "What to run"}, {"--variant", "What to run"}, {"--set", "What to run"},
      {"--repeat", "What to run"}, {"--where", "Where and how"}, {"--kernel", "Where and how"},
      {"--arch", "Where and how"}, {"--jobs", "Where and how"},  {"--deadline", "Where and how"},
      {"--format", "Output"},      {"--output", "Output"},       {"--pcap", "Output"},
      {"--verbose", "Output"},     {"--color", "Output"}};
  for (const auto& [flag, group] : groups) command.get_option(flag)->group(group);
}

play::Options finished(const RunFlags& flags) {
  play::Options options = options_of(flags);
  if (flags.options.flags.empty() && options.repeat > 1)
    options.flags += fmt::format(" --repeat {}", options.repeat);
  if (!flags.keep.empty() && flags.keep != "false")
    options.keep = flags.keep == "*" || flags.keep == "true" ? "" : flags.keep;
  if (options.verbose) options.style.detail = draw::Detail::full;
  if (options.quiet) {
    options.style.detail = draw::Detail::verdicts;
    options.announce = false;
  }
  options.progress |= ::isatty(STDOUT_FILENO) == 1;
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
