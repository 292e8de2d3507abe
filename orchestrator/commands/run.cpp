// SPDX-License-Identifier: MIT
#include "commands/run.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <map>
#include <set>

#include "commands/connect_cause.hpp"
#include "commands/scenario_files.hpp"
#include "net/user_namespace.hpp"
#include "persist/kept_labs.hpp"
#include "persist/lab.hpp"
#include "play/guest_programs.hpp"
#include "play/guest_run.hpp"
#include "play/pcap_folder.hpp"
#include "play/play_list.hpp"
#include "play/report_files.hpp"
#include "play/run_here.hpp"
#include "play/where.hpp"
#include "util/error.hpp"
#include "util/print.hpp"
#include "util/text.hpp"

namespace lab::commands {
namespace {

// Two plays whose captures would be one file.
void require_different_captures(const std::vector<play::Play>& plays) {
  std::map<std::string, std::string> files;  // scenario → its file
  for (const play::Play& play : plays) {
    const auto [known, fresh] = files.emplace(play.scenario->name, play.scenario->file);
    if (!fresh && known->second != play.scenario->file)
      throw UsageError(
          fmt::format("--pcap: {} and {} are both called {}, and their captures would "
                      "be; play them apart",
                      known->second, play.scenario->file, play.scenario->name));
  }
}

// Told before anything is played. (A lab that comes to stand meanwhile is told of
// when this one is to be kept.)
void require_labs_to_be_free(const play::Options& options, const std::vector<play::Play>& plays) {
  if (options.repeat > 1)
    throw UsageError("--keep and --repeat: of many runs of one play none is the one to keep");
  std::set<std::string> wanted;
  for (const play::Play& play : plays) {
    const std::string name = play::lab_name(options, plays, play);
    persist::require_lab_name(name);
    if (!wanted.insert(name).second)
      throw UsageError(
          fmt::format("--keep: two of the labs would be called {}; play them apart, "
                      "with a name each: --keep=NAME",
                      name));
    persist::require_free(name);
  }
}

}  // namespace

int run(const play::Options& asked) {
  play::Options options = asked;
  // Read here first, wherever they will be played: a mistake in a file is told
  // at once, and no machine is booted for it.
  const std::vector<play::Play> plays = play::plays_of(scenario_paths(options.words), options);
  for (const play::Play& play : plays) play::require_programs(*play.scenario);
  play::ReportFiles(options.reports, options.format);  // a run whose report is lost was in vain
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

  const play::Facts facts = play::look_around(options.kernel);
  const play::Decision decision = options.keep ? play::decide_to_keep(options.where, facts)
                                               : play::decide(options.where, facts);
  if (options.keep) require_labs_to_be_free(options, plays);
  if (options.announce) {
    // Data stays alone on standard output.
    const bool data = play::takes_stdout(options.reports, options.format);
    std::FILE* out = data ? stderr : stdout;
    print_printable(out, "{}\n", play::announcement(decision, facts));
    std::fflush(out);
  }
  if (decision.user_namespace) enter_user_namespace();
  return decision.where == play::Where::vm ? play::run_in_microvm(options, plays)
                                           : play::run_here(options, plays, cause_of);
}

}  // namespace lab::commands
