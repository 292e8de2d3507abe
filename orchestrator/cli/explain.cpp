// SPDX-License-Identifier: MIT
//
// explain: what would this SYN meet in this kernel?
#include <fmt/format.h>

#include <iostream>
#include <nlohmann/json.hpp>

#include "cli/commands.hpp"
#include "cli/signals.hpp"
#include "explain/json.hpp"
#include "explain/text.hpp"
#include "collect/probe.hpp"
#include "collect/netns.hpp"
#include "collect/facts.hpp"
#include "collect/watch.hpp"

namespace lab::cli {
namespace {

// A SYN that is lost is sent again after a second (TCP_TIMEOUT_INIT), and then
// after two more.
constexpr std::chrono::milliseconds patience{3500};

int exit_code(explain::Answer answer) {
  return static_cast<int>(explain::is_success(answer) ? Exit::pass : Exit::failed);
}

int with_probe(const ExplainOptions& options, const Namespace& space, const Facts& facts,
               explain::Diagnosis foretold) {
  // The probe takes care of what could not be ruled out.
  std::erase_if(foretold.not_observed,
                [](const explain::Finding& each) { return each.id == "netfilter"; });
  // The tables first, so that a person has something to read meanwhile.
  const bool json = options.format == "json";
  if (!json) explain::print_text(facts, foretold, std::cout, options.style);
  const explain::Probe probe = collect::send_probe(space, facts, patience);
  const explain::Probed probed = explain::judge(probe, foretold);
  if (json) {
    nlohmann::json object = explain::to_json(facts, foretold);
    object["probe"] = explain::to_json(probe, probed);
    fmt::print("{}\n", object.dump(2));
  } else {
    explain::print_probe(probe, probed, std::cout, options.style);
  }
  return exit_code(probed.conclusion.answer);
}

// What is data, and nothing else, goes to standard output.
int live(const ExplainOptions& options) {
  if (!options.words.empty() || options.probe || !options.device.empty())
    throw UsageError(
        "--live watches a whole network namespace: give it no target, no --device and "
        "no --probe (--netns says which namespace)");
  const Fd signals = block_signals();
  const Namespace space = collect::space_or_here(options.netns);
  const bool json = options.format == "json";
  const auto ready = [](const std::string& limits) {
    if (!limits.empty()) fmt::print(stderr, "Without the module's trace: {}.\n", limits);
    fmt::print(stderr, "Watching; Ctrl-C ends it.\n");
  };
  const auto tell = [&](const explain::Told& told) {
    if (json)
      std::cout << explain::to_json(told).dump() << std::endl;
    else
      explain::print_text(told, std::cout, options.style);
  };
  const collect::Watched watched = collect::watch(space, options.netns, signals.get(), ready, tell);
  fmt::print(stderr, "{} told of; {} events lost.\n", watched.incidents, watched.lost);
  return static_cast<int>(Exit::pass);
}

}  // namespace

int explain(const ExplainOptions& options) {
  if (options.live) return live(options);
  collect::Wanted wanted{collect::parse_target(options.words), options.netns, options.device};
  if (wanted.device.empty()) wanted.device = wanted.target.device;
  const Namespace space = collect::space_or_here(options.netns);
  const Facts facts = collect::look(space, wanted);
  const explain::Diagnosis diagnosis = explain::diagnose(facts);
  if (options.probe) return with_probe(options, space, facts, diagnosis);
  if (options.format == "json")
    fmt::print("{}\n", explain::to_json(facts, diagnosis).dump(2));
  else
    explain::print_text(facts, diagnosis, std::cout, options.style);
  return exit_code(diagnosis.conclusion.answer);
}

}  // namespace lab::cli
