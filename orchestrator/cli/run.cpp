// SPDX-License-Identifier: MIT
#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/utsname.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <iostream>
#include <memory>
#include <optional>

#include "cli/commands.hpp"
#include "cli/pcap_folder.hpp"
#include "cli/programs.hpp"
#include "cli/where.hpp"
#include "report/reporter.hpp"
#include "run/runner.hpp"
#include "scenario/parser.hpp"
#include "util/error.hpp"
#include "util/fd.hpp"
#include "util/output_file.hpp"

namespace lab::cli {
namespace {

bool kernel_speaks(Family family) {
  const Fd socket(::socket(static_cast<int>(family), SOCK_STREAM | SOCK_CLOEXEC, 0));
  return socket || errno != EAFNOSUPPORT;
}

// Why it is skipped; empty: it is played.
std::string why_not(const scenario::Scenario& scenario, Family family) {
  if (std::ranges::find(scenario.families, family) == scenario.families.end())
    return "the scenario is not for it (families)";
  return kernel_speaks(family) ? "" : "this kernel does not speak it";
}

// The families to play: those asked for, else the scenario's own.
std::vector<Family> families_to_play(const Options& options, const scenario::Scenario& scenario) {
  std::vector<Family> families;
  for (const Family family : options.families.empty() ? scenario.families : options.families) {
    if (const std::string why = why_not(scenario, family); why.empty())
      families.push_back(family);
    else
      fmt::print(stderr, "{} {}: skipped: {}\n", scenario.name, report::family_name(family), why);
  }
  return families;
}

std::unique_ptr<report::Reporter> reporter_for(const Options& options) {
  if (options.repeat > 1 && options.format == "text")
    return report::make_repeat_reporter(std::cout, options.style, options.progress);
  return report::make_reporter(options.format, std::cout, options.style);
}

// Opened before anything is played: a run whose report is lost was in vain.
std::unique_ptr<OutputFile> open_output(const std::string& path) try {
  return path.empty() ? nullptr : std::make_unique<OutputFile>(path);
} catch (const SystemError& error) {
  throw UsageError(fmt::format("--output {}: {}", path, std::strerror(error.error())));
}

std::optional<PcapFolder> open_pcap(const std::string& path) {
  if (path.empty()) return std::nullopt;
  return PcapFolder(path);
}

Exit exit_of(Outcome outcome) { return outcome == Outcome::fail ? Exit::failed : Exit::pass; }

}  // namespace

int run_here(const Options& options, const std::string& path) {
  const scenario::Scenario scenario = scenario::load(path);
  const std::vector<Family> families = families_to_play(options, scenario);
  if (families.empty()) return static_cast<int>(Exit::skipped);

  const std::unique_ptr<OutputFile> output = open_output(options.output);
  std::optional<PcapFolder> pcap = open_pcap(options.pcap);
  std::vector<std::unique_ptr<report::Reporter>> reporters;
  reporters.push_back(reporter_for(options));
  if (output) reporters.push_back(report::make_reporter("json", *output, options.style));
  report::Summary summary;
  summary.scenario = scenario.name;
  const run::Audience audience{
      [&](const Timeline& timeline) {
        for (auto& reporter : reporters) reporter->begin(timeline);
      },
      [&](const Timeline& timeline, const StepRecord& step) {
        for (auto& reporter : reporters) reporter->step(timeline, step);
      }};
  for (std::size_t round = 0; round < options.repeat; ++round) {
    for (const Family family : families) {
      const Timeline timeline = run::play(scenario, family, audience);
      for (auto& reporter : reporters) reporter->end(timeline);
      if (pcap) pcap->add(timeline, round, options.repeat);
      summary.add(timeline);
    }
  }
  for (auto& reporter : reporters) reporter->finish(summary);
  if (const int error = output ? output->finish() : 0)
    throw EnvironmentError(fmt::format("--output {}: the report could not be written: {}",
                                       options.output, std::strerror(error)));
  if (pcap) pcap->finish();
  return static_cast<int>(exit_of(summary.verdict()));
}

int run(const Options& options) {
  // Read here first, wherever it will be played: a mistake in the file is told
  // at once, and no machine is booted for it.
  const std::string path = scenario_path(options.scenario);
  require_programs(scenario::load(path));
  open_output(options.output);
  open_pcap(options.pcap);

  const Facts facts = look_around(options.kernel);
  const Decision decision = decide(options.where, facts);
  if (options.announce) {
    // Data stays alone on standard output.
    std::FILE* out = options.format == "text" ? stdout : stderr;
    fmt::print(out, "{}\n", announcement(decision, facts));
    std::fflush(out);
  }
  return decision.where == Where::vm ? run_in_microvm(options, path) : run_here(options, path);
}

}  // namespace lab::cli
