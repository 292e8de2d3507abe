// SPDX-License-Identifier: MIT
//
// explain: which socket would this SYN meet in this kernel, and why?
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <iostream>
#include <nlohmann/json.hpp>
#include <set>

#include "cli/command.hpp"
#include "cli/flags.hpp"
#include "cli/sender.hpp"
#include "collect/facts.hpp"
#include "collect/netns.hpp"
#include "collect/watch.hpp"
#include "collect_probe/continued.hpp"
#include "collect_probe/probe.hpp"
#include "commands/add_commands.hpp"
#include "commands/incident_cause.hpp"
#include "explain_output/incident_text.hpp"
#include "explain_output/json.hpp"
#include "explain_output/text.hpp"
#include "explain_probe/probe.hpp"
#include "json/text.hpp"
#include "util/error.hpp"
#include "util/print.hpp"
#include "util/signals.hpp"

namespace lab::commands {
namespace {

struct ExplainFlags {
  std::vector<std::string> words;          // DST:PORT [from SRC[:PORT]]
  std::string netns;                       // a name, a PID or a path; empty: our own
  std::string device;                      // on which the SYN arrives; empty: by routing
  std::optional<std::uint32_t> uid, mark;  // of the sending socket
  bool reuseaddr = false;                  // the sending socket has SO_REUSEADDR
  bool probe = false;                      // send a real SYN as well
  bool live = false;                       // no target: report each incident as it happens
  std::string format = "text";
  cli::Color color = cli::Color::automatic;
};

// A lost SYN is retransmitted after one second (TCP_TIMEOUT_INIT), then after two more.
constexpr std::chrono::milliseconds patience{3500};

int exit_code(explain::Answer answer) {
  return static_cast<int>(explain::is_success(answer) ? Exit::pass : Exit::failed);
}

int with_probe(const ExplainFlags& flags, const Namespace& netns, const Facts& facts,
               const explain::Diagnosis& predicted) {
  // Print the tables first, so that there is something to read while the probe waits.
  const bool json = flags.format == "json";
  if (!json)
    explain_output::print_text(facts, predicted, std::cout, cli::style_of(flags.color), true);
  const Probe probe = collect::send_probe(netns, facts, patience);
  std::optional<explain::Diagnosis> there;
  if (const auto found = collect::look_where_it_went(probe, facts))
    there = explain::diagnose(*found);
  const explain::Probed probed =
      explain::judge(probe, predicted, facts.filters, there ? &*there : nullptr);
  if (json) {
    nlohmann::json object = explain_output::to_json(facts, predicted);
    object["probe"] = explain_output::to_json(probe, probed);
    fmt::print("{}\n", json_text(object, 2));
  } else {
    explain_output::print_probe(probe, probed, std::cout, cli::style_of(flags.color));
  }
  return exit_code(probed.conclusion.answer);
}

// Only data goes to standard output.
int live(const ExplainFlags& flags) {
  if (!flags.words.empty() || flags.probe || !flags.device.empty())
    throw UsageError(
        "--live watches a whole network namespace: leave out target, --device and --probe "
        "(--netns selects the namespace)");
  const Fd signals = block_signals();
  const Namespace netns = collect::netns_or_own(flags.netns);
  const bool json = flags.format == "json";
  const auto ready = [](const std::string& limits) {
    if (!limits.empty()) print_printable(stderr, "Note: {}.\n", limits);
    print_note("Watching; press Ctrl-C to stop.\n");
  };
  IncidentCause cause(netns, flags.netns);
  std::set<std::string> advised;  // summaries whose remedy was printed
  const auto report = [&](const ObservedIncident& observed, collect::PeerProcesses& peers) {
    explain_output::ExplainedIncident explained{observed, cause.find(observed.incident, peers)};
    // A client that tries again and again needs the advice once.
    if (!json && explained.conclusion && !advised.insert(explained.conclusion->summary).second) {
      explained.conclusion->remedy.clear();
      explained.conclusion->commands.clear();
    }
    if (json)
      std::cout << json_text(explain_output::to_json(explained)) << std::endl;
    else
      explain_output::print_text(explained, std::cout, cli::style_of(flags.color));
  };
  const collect::Watched watched = collect::watch(netns, flags.netns, signals.get(), ready, report);
  print_printable(stderr, "{} incidents reported; {} events lost.\n", watched.incidents,
                  watched.lost);
  return static_cast<int>(Exit::pass);
}

int explain(const ExplainFlags& flags) {
  if (flags.live) return live(flags);
  collect::Wanted wanted{collect::parse_target(flags.words),
                         flags.netns,
                         flags.device,
                         flags.uid,
                         flags.mark,
                         flags.reuseaddr};
  const Namespace netns = collect::netns_or_own(flags.netns);
  const Facts facts = collect::look(netns, wanted);
  const explain::Diagnosis diagnosis = explain::diagnose(facts);
  if (flags.probe) return with_probe(flags, netns, facts, diagnosis);
  if (flags.format == "json")
    fmt::print("{}\n", json_text(explain_output::to_json(facts, diagnosis), 2));
  else
    explain_output::print_text(facts, diagnosis, std::cout, cli::style_of(flags.color));
  return exit_code(diagnosis.conclusion.answer);
}

void add_explain_flags(cli::Commands& commands, CLI::App& command, ExplainFlags& flags) {
  command
      .add_option("target", flags.words,
                  "DST:PORT, or DST:PORT from SRC[:PORT]: 127.0.0.1:8888 or\n"
                  "[fd00::2]:80 from [fd00::1]:40000")
      ->type_name("");
  cli::add_netns_flag(commands, command, flags.netns);
  command.add_option("--device", flags.device, "the interface on which the SYN arrives");
  command
      .add_option("--uid", flags.uid,
                  "the uid of the sender, or its name, which policy rules may look at")
      ->transform(cli::uid_or_user());
  command.add_option("--mark", flags.mark, "the mark of the sender's socket (SO_MARK)")
      ->transform(cli::packet_mark());
  command.add_flag("--reuseaddr", flags.reuseaddr,
                   "the sender's socket has SO_REUSEADDR: it may share its source");
  command.add_flag("--live", flags.live,
                   "without a target: report every RST that is sent or received and every\n"
                   "connect() that fails, until Ctrl-C (needs root)");
  command.add_flag("--probe", flags.probe,
                   "also send one real SYN and show what happens to it (needs root)");
  cli::add_format_flag(command, flags.format);
  cli::add_color_flag(command, flags.color);
}

}  // namespace

void add_explain(cli::Commands& commands) {
  CLI::App* command =
      commands.add("explain", "explain what this kernel would do with a SYN, and why");
  const auto flags = std::make_shared<ExplainFlags>();
  add_explain_flags(commands, *command, *flags);
  commands.describe(
      command, cli::Purpose::machine,
      {{"explain 127.0.0.1:8888", "would a connect() to it succeed, and if not, why?"},
       {"explain 10.7.0.2:8080 from 10.7.0.1 --netns web", "in another network namespace"},
       {"explain [::1]:443 --probe", "also send a real SYN"},
       {"explain --live", "report every connect() that fails, as it happens"}});
  commands.set_action(command, [flags] { return explain(*flags); });
}

}  // namespace lab::commands
