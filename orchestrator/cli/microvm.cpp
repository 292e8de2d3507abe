// SPDX-License-Identifier: MIT
//
// The same command in a microVM: the job is this program's own image there,
// given what was asked for here.
#include <fmt/format.h>
#include <sys/signalfd.h>

#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "cli/commands.hpp"
#include "cli/programs.hpp"
#include "cli/signals.hpp"
#include "report/summary.hpp"
#include "util/fd.hpp"
#include "util/output_file.hpp"
#include "vm/files.hpp"
#include "vm/run.hpp"

namespace lab::cli {
namespace {

// Where the guest leaves files that shall come back, and what they are below it.
constexpr std::string_view results = "/results";
constexpr std::string_view report_file = "report.json";
constexpr std::string_view pcap_folder = "pcap";

// The files that the plays are read from, each once.
std::vector<std::string> files_of(const std::vector<Play>& plays) {
  std::vector<std::string> files;
  for (const Play& play : plays)
    if (std::ranges::find(files, play.scenario->file) == files.end())
      files.push_back(play.scenario->file);
  return files;
}

// All that the orchestrator in the guest may take: each play its whole deadline,
// one after the other, and some time to build and to tear down. A week at most,
// so that no sum of them is too large for a clock.
std::chrono::milliseconds time_for(const Options& options, const std::vector<Play>& plays) {
  constexpr std::chrono::seconds around_a_play{10}, around_all{60};
  constexpr std::chrono::hours most{24 * 7};
  const auto each = options.deadline + around_a_play;
  const std::size_t count = plays.size() * options.repeat;
  if (count > static_cast<std::size_t>(std::chrono::milliseconds(most) / each)) return most;
  return around_all + static_cast<int>(count) * each;
}

vm::Job job_for(const Options& options, const std::vector<Play>& plays) {
  vm::Job job;
  job.argv = {"/lab/orchestrator", "run"};
  for (const std::string& file : files_of(plays)) job.argv.push_back(file);
  const auto add = [&job](std::string_view flag, std::string value) {
    job.argv.emplace_back(flag);
    job.argv.push_back(std::move(value));
  };
  add("--where", "here");
  add("--format", options.format);
  add("--repeat", std::to_string(options.repeat));
  add("--deadline", fmt::format("{}ms", options.deadline.count()));
  add("--color", options.style.color ? "always" : "never");
  for (const Family family : options.families)
    add("--family", std::string(report::family_name(family)));
  for (const auto& [name, value] : options.parameters) add("--set", name + "=" + value);
  if (!options.variant.empty()) add("--variant", options.variant);
  if (options.jobs > 0) add("--jobs", std::to_string(options.jobs));
  if (!options.output.empty()) add("--output", fmt::format("{}/{}", results, report_file));
  if (!options.pcap.empty()) add("--pcap", fmt::format("{}/{}", results, pcap_folder));
  if (!options.output.empty() || !options.pcap.empty()) job.collect = results;
  // With "=", because it begins with a blank, which is followed by a dash.
  job.argv.push_back(
      fmt::format("--flags={} --where vm --kernel {}", options.flags, options.kernel));
  job.argv.emplace_back("--unannounced");
  if (options.verbose) job.argv.emplace_back("--verbose");
  if (options.quiet) job.argv.emplace_back("--quiet");
  if (options.progress) job.argv.emplace_back("--progress");
  // A program of the user's is at the same path there as here.
  const char* path_variable = std::getenv("PATH");
  job.env = {fmt::format("PATH={}", path_variable ? path_variable : "/usr/bin:/bin"), "HOME=/root",
             "TERM=dumb", fmt::format("LC_ALL={}", options.style.unicode ? "C.UTF-8" : "C"),
             fmt::format("COLUMNS={}", options.style.width)};
  job.deadline = time_for(options, plays);
  return job;
}

std::vector<vm::Upload> uploads_for(const std::vector<Play>& plays) {
  std::vector<vm::Upload> uploads;
  // Each file is found there under the name that messages here give it.
  for (const std::string& file : files_of(plays)) uploads.push_back({file, guest_path(file)});
  std::set<std::string> sent;
  for (const Play& play : plays)
    for (vm::Upload& upload : program_uploads(*play.scenario))
      if (sent.insert(upload.to).second) uploads.push_back(std::move(upload));
  return uploads;
}

// Puts the guest's files where they were asked for. What goes wrong is kept for
// finish(), so that one that cannot be written does not cost the others.
class Results {
 public:
  explicit Results(const Options& options) : options_(options) {}

  void take(const vm::FileChunk& chunk) {
    if (chunk.path == report_file)
      add_to_report(chunk);
    else if (const std::string folder = fmt::format("{}/", pcap_folder);
             chunk.path.starts_with(folder))
      add_to_captures(chunk, chunk.path.substr(folder.size()));
  }

  // Throws EnvironmentError.
  void finish() {
    if (const int error = report_ ? report_->finish() : 0)
      throw EnvironmentError(fmt::format("--output {}: the report could not be written: {}",
                                         options_.output, std::strerror(error)));
    if (!failure_.empty()) throw EnvironmentError(failure_);
  }

 private:
  void add_to_report(const vm::FileChunk& chunk) {
    if (chunk.first) report_.emplace(options_.output);
    report_->write(chunk.bytes.data(), static_cast<std::streamsize>(chunk.bytes.size()));
  }

  void add_to_captures(const vm::FileChunk& chunk, const std::string& name) {
    vm::FileChunk below = chunk;
    below.path = name;
    try {
      vm::receive_below(options_.pcap, below);
    } catch (const EnvironmentError& error) {
      if (failure_.empty()) failure_ = fmt::format("--pcap: {}", error.what());
    }
  }

  const Options& options_;
  std::optional<OutputFile> report_;
  std::string failure_;  // of the first capture that could not be written
};

}  // namespace

int run_in_microvm(const Options& options, const std::vector<Play>& plays) {
  // The machine is thrown away before this process goes the way of the signal.
  const Fd signals = block_signals();
  vm::Options machine;
  machine.series = options.kernel;
  machine.cancel_fd = signals.get();
  Results collected(options);
  const vm::Sinks sinks{[](vm::Stream stream, std::string_view bytes) {
                          std::FILE* out = stream == vm::Stream::out ? stdout : stderr;
                          std::fwrite(bytes.data(), 1, bytes.size(), out);
                          std::fflush(out);
                        },
                        [&](const vm::FileChunk& chunk) { collected.take(chunk); },
                        [](std::string_view note) { fmt::print(stderr, "{}\n", note); }};
  try {
    const vm::Outcome outcome =
        vm::run_in_vm(machine, job_for(options, plays), uploads_for(plays), sinks);
    collected.finish();
    if (outcome.timed_out)
      throw EnvironmentError("the orchestrator in the guest hangs: the guest ended it");
    return outcome.status;
  } catch (const vm::Cancelled&) {
    collected.finish();  // what the guest still sent
    signalfd_siginfo taken{};
    checked(::read(signals.get(), &taken, sizeof taken), "read", "signalfd");
    fmt::print(stderr, "orchestrator: {}: the microVM is gone, and all that was in it\n",
               ::strsignal(static_cast<int>(taken.ssi_signo)));
    return 128 + static_cast<int>(taken.ssi_signo);
  }
}

}  // namespace lab::cli
