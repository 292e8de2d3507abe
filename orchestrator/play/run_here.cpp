// SPDX-License-Identifier: MIT
#include "play/run_here.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <iostream>
#include <iterator>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <thread>

#include "net/packet_fd.hpp"
#include "play/in_order.hpp"
#include "play/play_job.hpp"
#include "play/pool.hpp"
#include "play/report_files.hpp"
#include "play/terminal_report.hpp"
#include "play/verdicts.hpp"
#include "report/reporter.hpp"
#include "run/conditions.hpp"
#include "run/runner.hpp"
#include "util/error.hpp"
#include "util/signals.hpp"
#include "util/text.hpp"

namespace lab::play {
namespace {

using report::PlayResult;
using report::Reporter;

// At least two, because a play mostly waits.
std::size_t suitable_jobs() { return std::max(2U, std::thread::hardware_concurrency()); }

// The number of files decides whether the report is a summary or one run in full, so that
// the same command always gives the same kind of report.
std::size_t count_scenarios(const std::vector<Play>& plays) {
  std::set<std::string> files;
  for (const Play& play : plays) files.insert(play.scenario->file);
  return files.size();
}

class RunHere {
 public:
  RunHere(const Options& options, const std::vector<Play>& plays, const run::FindCause& cause)
      : options_(options),
        plays_(plays),
        scenarios_(count_scenarios(plays)),
        files_(options.reports, options.format),
        verdicts_file_(open_output(options.verdicts)) {
    if (!options.pcap.empty()) pcap_.emplace(options.pcap);
    add_reporters();
    settings_.style = options.style;
    settings_.json = files_.any();
    settings_.pcap = pcap_ ? &*pcap_ : nullptr;
    settings_.rounds = options.repeat;
    settings_.cause = cause;
    settings_.goes_on = options.goes_on;
    if (options.confine) settings_.programs = run::Programs::confined;
    summary_.scenarios = scenarios_;
  }

  // The exit code.
  int run() {
    const auto begin = std::chrono::steady_clock::now();
    const Fd signals = block_signals();
    report_sources();
    prepare();
    std::cout.flush();
    const bool whole = run_jobs(
        {in_parallel(), options_.deadline, signals.get()}, jobs());
    in_order_.give_up();
    summary_.took = std::chrono::steady_clock::now() - begin;
    if (!whole) summary_.planned = total();
    for (auto& reporter : reporters_) reporter->finish(summary_);
    if (whole) write_verdicts();
    finish_files();
    report_kept_labs();
    if (!whole) return take_signal(signals);
    return exit_code();
  }

 private:
  std::size_t in_parallel() const {
    return options_.jobs > 0 ? options_.jobs : suitable_jobs();
  }
  std::size_t total() const { return plays_.size() * options_.repeat; }
  const Play& play_of(std::size_t job) const { return plays_[job % plays_.size()]; }

  void add_reporters() {
    reporters_ = files_.take_reporters();
    TerminalReport terminal = terminal_report(
        files_.takes_stdout() || !options_.text, {options_.style, options_.verbose, options_.progress, scenarios_,
                                total(), options_.repeat, options_.flags});
    settings_.text = terminal.text;
    std::ranges::move(terminal.reporters, std::back_inserter(reporters_));
  }

  // What the kernel has, and what it takes its time to begin: found out once, and not in
  // the process of each play, which is a copy of this one.
  void prepare() const try {
    for (const Play& play : plays_)
      if (play.skip.empty()) (void)run::why_skipped(*play.scenario, play.family);
    run::prepare_to_play();
  } catch (const EnvironmentError&) {
    // Each play says what is missing.
  }

  // Reads the files again; they are assumed not to have changed.
  void report_sources() {
    std::set<std::string> files;
    for (const Play& play : plays_)
      if (const std::string& file = play.scenario->file; files.insert(file).second)
        for (auto& reporter : reporters_) reporter->source(file, read_file(file));
  }

  Jobs jobs() {
    Jobs jobs;
    jobs.count = total();
    jobs.work = [this](std::size_t job, const Line& line) {
      if (job + in_parallel() >= total()) close_behind_us();  // nothing follows
      if (options_.keep)
        play_and_keep(play_of(job), lab_name(options_, plays_, play_of(job)), settings_, line);
      else
        play_and_report(play_of(job), job / plays_.size(), settings_, line);
    };
    jobs.started = [this](std::size_t job) {
      for (auto& reporter : reporters_) reporter->started(label(named(play_of(job))));
    };
    jobs.said = [this](std::size_t job, Message message) { take(job, std::move(message)); };
    jobs.ended = [this](std::size_t job, const Ended& ended) {
      PlayResult result = outcome_of(play_of(job), progress_[job], ended, settings_.json);
      result.flags = options_.flags;
      progress_.erase(job);
      for (auto& reporter : reporters_) reporter->ended(result);
      in_order_.over(job, std::move(result));
    };
    return jobs;
  }

  void take(std::size_t job, Message message) {
    Progress& progress = progress_[job];
    note(play_of(job), message, progress);
    if (!progress.fault.empty()) return;  // this play has died
    switch (Word{message.kind}) {
      case Word::text:
        in_order_.text(job, message.text);
        break;
      case Word::json:
        in_order_.json(job, std::move(message.text));
        break;
      case Word::kept:
        kept_.push_back(nlohmann::json::parse(message.text));
        break;
      case Word::pcap:
        if (pcap_failure_.empty()) pcap_failure_ = message.text;
        break;
      case Word::step:
      case Word::result:
        break;
    }
  }

  void report_result(const PlayResult& result, std::string_view json) {
    summary_.add(result);
    verdicts_.add(result);
    // The timeline of a play that died may be incomplete.
    if (result.ending != PlayResult::Ending::played) json = {};
    for (auto& reporter : reporters_) reporter->reported(result, json);
  }

  void write_verdicts() {
    if (!verdicts_file_) return;
    *verdicts_file_ << verdicts_.text();
    if (const int error = verdicts_file_->finish())
      throw SystemError("write", options_.verdicts, error);
  }

  void finish_files() {
    files_.finish();
    if (!pcap_failure_.empty()) throw EnvironmentError(pcap_failure_);
  }

  // Prints the kept labs and the commands for them.
  void report_kept_labs() const {
    std::FILE* out = files_.takes_stdout() ? stderr : stdout;
    std::cout.flush();
    std::string failures;
    for (const KeptLab& kept : kept_) {
      if (!kept.why_not.empty()) {
        failures += fmt::format("{}lab {} was not kept: {}", failures.empty() ? "" : "\n",
                                kept.name, kept.why_not);
        continue;
      }
      fmt::print(out,
                 "\nLab {0} is kept: {1} (ip netns: {2}).\n"
                 "  orchestrator inspect {0}              show what it contains\n"
                 "  orchestrator exec {0} {3} -- ss -tan    run a command in a host\n"
                 "  orchestrator capture {0} {3}            show a host's packets, live\n"
                 "  orchestrator clean {0}                remove it\n",
                 kept.name, fmt::join(kept.hosts, ", "), fmt::join(kept.netns, ", "),
                 kept.hosts.front());
    }
    std::fflush(out);
    if (!failures.empty()) throw EnvironmentError(failures);
  }

  int exit_code() const {
    if (plays_.empty()) throw EnvironmentError("nothing was run");
    verdicts_.require(plays_, options_.repeat);
    const Exit exit = verdicts_.exit_code();
    // The text report explains a play that died; only the summary of several scenarios
    // explains one that could not run.
    if (exit == Exit::environment && (scenarios_ == 1 || files_.takes_stdout())) {
      if (!summary_.unplayable.empty()) throw EnvironmentError(summary_.unplayable.begin()->first);
      if (files_.takes_stdout())
        throw EnvironmentError("a run ended without a result; the report says why");
    }
    return static_cast<int>(exit);
  }

  const Options& options_;
  const std::vector<Play>& plays_;
  const std::size_t scenarios_;
  ReportFiles files_;
  std::unique_ptr<OutputFile> verdicts_file_;
  Verdicts verdicts_;
  std::optional<PcapFolder> pcap_;
  std::string pcap_failure_;  // of the first capture that could not be written
  PlaySettings settings_;
  std::vector<std::unique_ptr<Reporter>> reporters_;
  report::Summary summary_;
  std::vector<KeptLab> kept_;
  std::map<std::size_t, Progress> progress_;  // of running plays
  InOrder in_order_{
      {[this](std::string_view piece) {
         for (auto& reporter : reporters_) reporter->text(piece);
       },
       [this](const PlayResult& result, std::string_view json) { report_result(result, json); }}};
};

}  // namespace

int run_here(const Options& options, const std::vector<Play>& plays, const run::FindCause& cause) {
  return RunHere(options, plays, cause).run();
}

}  // namespace lab::play
