// SPDX-License-Identifier: MIT
#include "commands/run.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <map>
#include <set>

#include "commands/connect_cause.hpp"
#include "commands/scenario_files.hpp"
#include "draw/text.hpp"
#include "persist/kept_labs.hpp"
#include "persist/lab.hpp"
#include "play/guest_programs.hpp"
#include "play/guest_run.hpp"
#include "play/pcap_folder.hpp"
#include "play/play_list.hpp"
#include "play/report_files.hpp"
#include "play/run_here.hpp"
#include "play/where.hpp"
#include "process/user_namespace.hpp"
#include "util/error.hpp"
#include "util/print.hpp"
#include "util/text.hpp"

namespace lab::commands {
namespace {

// Throws UsageError if two scenarios have the same name, hence the same capture files.
void require_different_captures(const std::vector<play::Play>& plays) {
  std::map<std::string, std::string> files;  // scenario → its file
  for (const play::Play& play : plays) {
    const auto [known, fresh] = files.emplace(play.scenario->name, play.scenario->file);
    if (!fresh && known->second != play.scenario->file)
      throw UsageError(
          fmt::format("--pcap: {} and {} are both named {}, so their captures would have the "
                      "same name; run them separately",
                      known->second, play.scenario->file, play.scenario->name));
  }
}

// Checked before anything runs. (If another lab takes the name meanwhile, keeping this one
// fails.)
void require_labs_to_be_free(const play::Options& options, const std::vector<play::Play>& plays) {
  if (options.repeat > 1)
    throw UsageError("--keep and --repeat exclude each other: only one run can be kept");
  std::set<std::string> wanted;
  for (const play::Play& play : plays) {
    const std::string name = play::lab_name(options, plays, play);
    persist::require_lab_name(name);
    if (!wanted.insert(name).second)
      throw UsageError(
          fmt::format("--keep: two of the labs would be named {}; run them separately, "
                      "each with its own name: --keep=NAME",
                      name));
    persist::require_free(name);
  }
}

// Whether a file is below the lab's own folder of scenarios. If that cannot be found out, it is
// not.
bool is_own_scenario(const std::string& file) {
  namespace fs = std::filesystem;
  std::error_code no_folder, no_file;
  const fs::path own = fs::canonical(scenarios_folder(), no_folder);
  const fs::path where = fs::canonical(file, no_file);
  return !no_folder && !no_file && std::ranges::mismatch(own, where).in1 == own.end();
}

// Of the files that are not the lab's own.
std::string foreign_program(const std::vector<play::Play>& plays) {
  for (const play::Play& play : plays) {
    if (is_own_scenario(play.scenario->file)) continue;
    if (std::string found = play::foreign_program(*play.scenario); !found.empty()) return found;
  }
  return "";
}

// Where this machine can run them nowhere, the files that were asked for say so: an older report
// must not be taken for this run's.
play::Decision decide(const play::Options& options, const play::Facts& facts,
                      const std::vector<play::Play>& plays) try {
  return options.keep ? play::decide_to_keep(options.where, facts)
                      : play::decide(options.where, facts);
} catch (const EnvironmentError& error) {
  play::report_that_none_ran(options, plays, error.what());
  throw;
}

}  // namespace

int run(const play::Options& asked) {
  play::Options options = asked;
  // Read the files here even if they run in a microVM, so that a mistake is reported before
  // one boots.
  const std::vector<play::Play> plays =
      play::plays_of(scenario_paths(options.words), options, load_scenario);
  for (const play::Play& play : plays) play::require_programs(*play.scenario);
  play::ReportFiles(options.reports,
                    options.format);  // fail before the run if a file cannot be written
  if (!options.pcap.empty()) {
    require_different_captures(plays);
    play::PcapFolder{options.pcap};
  }

  if (options.kernel == "all") {
    if (options.where == play::Where::here)
      throw UsageError(
          "--kernel all boots a microVM for each kernel; it cannot go with --where here");
    return play::run_on_all_kernels(options, plays);
  }

  play::Facts facts = play::look_around(options.kernel);
  facts.foreign_program = foreign_program(plays);
  const play::Decision decision = decide(options, facts, plays);
  if (options.keep) require_labs_to_be_free(options, plays);
  if (options.announce) {
    // If standard output is data, it contains nothing else.
    const bool data = play::takes_stdout(options.reports, options.format);
    std::FILE* out = data ? stderr : stdout;
    const std::string text = play::announcement(decision, facts);
    for (const std::string& line : draw::wrapped(text, options.style.page_width()))
      print_printable(out, "{}\n", line);
    std::fflush(out);
  }
  if (decision.user_namespace) enter_user_namespace();
  return decision.where == play::Where::vm ? play::run_in_microvm(options, plays)
                                           : play::run_here(options, plays, cause_of);
}

}  // namespace lab::commands
