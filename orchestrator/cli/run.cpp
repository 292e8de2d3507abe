// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <cstdio>
#include <map>

#include "cli/microvm.hpp"
#include "cli/pcap_folder.hpp"
#include "cli/plays.hpp"
#include "cli/programs.hpp"
#include "cli/where.hpp"
#include "util/error.hpp"
#include "util/output_file.hpp"

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

}  // namespace

int run(const Options& options) {
  // Read here first, wherever they will be played: a mistake in a file is told
  // at once, and no machine is booted for it.
  const std::vector<Play> plays = plays_of(scenario_paths(options.words), options);
  for (const Play& play : plays) require_programs(*play.scenario);
  open_output(options.output);
  if (!options.pcap.empty()) {
    require_different_captures(plays);
    PcapFolder{options.pcap};
  }

  if (options.kernel == "all") {
    if (options.where == Where::here)
      throw UsageError("--kernel all boots a microVM for each kernel; it cannot go with --where here");
    return run_on_all_kernels(options, plays);
  }

  const Facts facts = look_around(options.kernel);
  const Decision decision = decide(options.where, facts);
  if (options.announce) {
    // Data stays alone on standard output.
    std::FILE* out = options.format == "text" ? stdout : stderr;
    fmt::print(out, "{}\n", announcement(decision, facts));
    std::fflush(out);
  }
  return decision.where == Where::vm ? run_in_microvm(options, plays) : run_here(options, plays);
}

}  // namespace lab::cli
