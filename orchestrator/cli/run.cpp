// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <map>
#include <set>

#include "cli/microvm.hpp"
#include "cli/pcap_folder.hpp"
#include "cli/plays.hpp"
#include "cli/programs.hpp"
#include "cli/report_files.hpp"
#include "cli/where.hpp"
#include "net/user_namespace.hpp"
#include "persist/lab.hpp"
#include "persist/kept_labs.hpp"
#include "util/error.hpp"

namespace lab::cli {
namespace {

// Two plays whose captures would be one file.
void require_different_captures(const std::vector<Play>& plays) {
  std::map<std::string, std::string> files;  // scenario → its file
  for (const Play& play : plays) {
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
void require_labs_to_be_free(const Options& options, const std::vector<Play>& plays) {
  if (options.repeat > 1)
    throw UsageError("--keep and --repeat: of many runs of one play none is the one to keep");
  std::set<std::string> wanted;
  for (const Play& play : plays) {
    const std::string name = lab_name(options, plays, play);
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

std::string lab_name(const Options& options, const std::vector<Play>& plays, const Play& play) {
  const scenario::Scenario& scenario = *play.scenario;
  const std::string& base = options.keep->empty() ? scenario.name : *options.keep;
  const auto played =
      std::ranges::count_if(plays, [](const Play& each) { return each.skip.empty(); });
  if (played <= 1) return base;
  // Of several scenarios one name is not enough.
  std::string name = base;
  if (!options.keep->empty() && base != scenario.name) name += "-" + scenario.name;
  name += play.family == Family::inet ? "-ipv4" : "-ipv6";
  if (!scenario.variant.empty()) name += "-" + scenario.variant;
  return name;
}

int run(const Options& options) {
  // Read here first, wherever they will be played: a mistake in a file is told
  // at once, and no machine is booted for it.
  const std::vector<Play> plays = plays_of(scenario_paths(options.words), options);
  for (const Play& play : plays) require_programs(*play.scenario);
  ReportFiles(options.reports, options.format);  // a run whose report is lost was in vain
  if (!options.pcap.empty()) {
    require_different_captures(plays);
    PcapFolder{options.pcap};
  }

  if (options.kernel == "all") {
    if (options.where == Where::here)
      throw UsageError(
          "--kernel all boots a microVM for each kernel; it cannot go with --where here");
    return run_on_all_kernels(options, plays);
  }

  const Facts facts = look_around(options.kernel);
  const Decision decision =
      options.keep ? decide_to_keep(options.where, facts) : decide(options.where, facts);
  if (options.keep) require_labs_to_be_free(options, plays);
  if (options.announce) {
    // Data stays alone on standard output.
    const bool data = takes_stdout(options.reports, options.format);
    std::FILE* out = data ? stderr : stdout;
    fmt::print(out, "{}\n", announcement(decision, facts));
    std::fflush(out);
  }
  if (decision.user_namespace) enter_user_namespace();
  return decision.where == Where::vm ? run_in_microvm(options, plays) : run_here(options, plays);
}

}  // namespace lab::cli
