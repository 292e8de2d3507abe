// SPDX-License-Identifier: MIT
//
// explain: what would this SYN meet in this kernel?
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <iostream>
#include <nlohmann/json.hpp>

#include "cli/command.hpp"
#include "cli/flags.hpp"
#include "collect/facts.hpp"
#include "collect/netns.hpp"
#include "collect/probe.hpp"
#include "collect/watch.hpp"
#include "commands/add_commands.hpp"
#include "commands/incident_cause.hpp"
#include "explain/incident_text.hpp"
#include "explain/json.hpp"
#include "explain/text.hpp"
#include "util/error.hpp"
#include "util/signals.hpp"
#include "util/print.hpp"
#include "util/printable.hpp"

namespace lab::commands {
namespace {

struct ExplainFlags {
  std::vector<std::string> words;  // DST:PORT [from SRC[:PORT]]
  std::string netns;               // a name, a process or a path; empty: where we are
  std::string device;              // on which the SYN comes in; empty: find out
  bool probe = false;              // also send a real SYN
  bool live = false;               // no target: report each incident as it happens
  std::string format = "text";
  cli::Color color = cli::Color::automatic;
};

// A SYN that is lost is sent again after a second (TCP_TIMEOUT_INIT), and then
// after two more.
constexpr std::chrono::milliseconds patience{3500};

int exit_code(explain::Answer answer) {
  return static_cast<int>(explain::is_success(answer) ? Exit::pass : Exit::failed);
}

int with_probe(const ExplainFlags& flags, const Namespace& space, const Facts& facts,
               explain::Diagnosis predicted) {
  // The probe shows what could not be ruled out.
  std::erase_if(predicted.not_observed,
                [](const explain::Finding& each) { return each.id == "netfilter"; });
  // The tables first, so that a person has something to read meanwhile.
  const bool json = flags.format == "json";
  if (!json) explain::print_text(facts, predicted, std::cout, cli::style_of(flags.color));
  const Probe probe = collect::send_probe(space, facts, patience);
  const explain::Probed probed = explain::judge(probe, predicted);
  if (json) {
    nlohmann::json object = explain::to_json(facts, predicted);
    object["probe"] = explain::to_json(probe, probed);
    print_printable(stdout, "{}\n", object.dump(2));
  } else {
    explain::print_probe(probe, probed, std::cout, cli::style_of(flags.color));
  }
  return exit_code(probed.conclusion.answer);
}

// Standard output gets data only.
int live(const ExplainFlags& flags) {
  if (!flags.words.empty() || flags.probe || !flags.device.empty())
    throw UsageError(
        "--live watches a whole network namespace: give it no target, no --device and "
        "no --probe (--netns says which namespace)");
  const Fd signals = block_signals();
  const Namespace space = collect::netns_or_own(flags.netns);
  const bool json = flags.format == "json";
  const auto ready = [](const std::string& limits) {
    if (!limits.empty()) print_printable(stderr, "Without the module's trace: {}.\n", limits);
    fmt::print(stderr, "Watching; Ctrl-C ends it.\n");
  };
  IncidentCause cause(space, flags.netns);
  const auto report = [&](const ObservedIncident& observed, collect::PeerProcesses& peers) {
    const explain::ExplainedIncident explained{observed, cause.find(observed.incident, peers)};
    if (json)
      std::cout << printable(explain::to_json(explained).dump()) << std::endl;
    else
      explain::print_text(explained, std::cout, cli::style_of(flags.color));
  };
  const collect::Watched watched = collect::watch(space, flags.netns, signals.get(), ready, report);
  print_printable(stderr, "{} incidents reported; {} events lost.\n", watched.incidents, watched.lost);
  return static_cast<int>(Exit::pass);
}

int explain(const ExplainFlags& flags) {
  if (flags.live) return live(flags);
  collect::Wanted wanted{collect::parse_target(flags.words), flags.netns, flags.device};
  if (wanted.device.empty()) wanted.device = wanted.target.device;
  const Namespace space = collect::netns_or_own(flags.netns);
  const Facts facts = collect::look(space, wanted);
  const explain::Diagnosis diagnosis = explain::diagnose(facts);
  if (flags.probe) return with_probe(flags, space, facts, diagnosis);
  if (flags.format == "json")
    print_printable(stdout, "{}\n", explain::to_json(facts, diagnosis).dump(2));
  else
    explain::print_text(facts, diagnosis, std::cout, cli::style_of(flags.color));
  return exit_code(diagnosis.conclusion.answer);
}

void add_explain_flags(cli::Commands& commands, CLI::App& command, ExplainFlags& flags) {
  command
      .add_option("target", flags.words,
                  "DST:PORT, or DST:PORT from SRC[:PORT]: 127.0.0.1:8888 or\n"
                  "[fd00::2]:80 from [fd00::1]:40000")
      ->type_name("");
  cli::add_netns_flag(commands, command, flags.netns);
  command.add_option("--device", flags.device, "the interface on which the SYN comes in");
  command.add_flag("--live", flags.live,
                   "no target: report every RST that is sent or received and every\n"
                   "connect() that fails, until Ctrl-C (as root)");
  command.add_flag("--probe", flags.probe,
                   "also send one real SYN, and show what happened to it (as root)");
  cli::add_format_flag(command, flags.format);
  cli::add_color_flag(command, flags.color);
}

}  // namespace

void add_explain(cli::Commands& commands) {
  CLI::App* command = commands.add("explain", "what would a SYN meet in this kernel, and why?");
  const auto flags = std::make_shared<ExplainFlags>();
  add_explain_flags(commands, *command, *flags);
  commands.describe(
      command, cli::Purpose::machine,
      {{"explain 127.0.0.1:8888", "would a connect() to it succeed, and if not, why?"},
       {"explain 10.7.0.2:8080 from 10.7.0.1 --netns web", "inside a container"},
       {"explain [::1]:443 --probe", "and also send a real SYN"},
       {"explain --live", "report every connect() that fails, as it happens"}});
  commands.set_action(command, [flags] { return explain(*flags); });
}

}  // namespace lab::commands
