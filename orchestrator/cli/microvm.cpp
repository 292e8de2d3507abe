// SPDX-License-Identifier: MIT
//
// The same command in a microVM: the job is this program's own image there,
// given what was asked for here. Text for people comes from the guest as it is
// written; the guest's report as JSON is read back here, and all files are made of
// that.
#include "cli/microvm.hpp"

#include <fmt/format.h>
#include <sys/signalfd.h>

#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "cli/programs.hpp"
#include "cli/progress_line.hpp"
#include "cli/report_files.hpp"
#include "cli/signals.hpp"
#include "cli/stored.hpp"
#include "report/summary.hpp"
#include "util/fd.hpp"
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

vm::Job job_for(const Options& options, const std::vector<Play>& plays, const ReportFiles& files) {
  vm::Job job;
  job.argv = {"/lab/orchestrator", "run"};
  for (const std::string& file : files_of(plays)) job.argv.push_back(file);
  const auto add = [&job](std::string_view flag, std::string value) {
    job.argv.emplace_back(flag);
    job.argv.push_back(std::move(value));
  };
  add("--where", "here");
  add("--format", files.takes_stdout() ? "json" : "text");
  add("--repeat", std::to_string(options.repeat));
  add("--deadline", fmt::format("{}ms", options.deadline.count()));
  add("--color", options.style.color ? "always" : "never");
  for (const Family family : options.families) add("--family", std::string(family_name(family)));
  for (const auto& [name, value] : options.parameters) add("--set", name + "=" + value);
  if (!options.variant.empty()) add("--variant", options.variant);
  if (options.jobs > 0) add("--jobs", std::to_string(options.jobs));
  const bool wants_report = files.any() && !files.takes_stdout();
  if (wants_report) add("--output", fmt::format("{}/{}", results, report_file));
  if (!options.pcap.empty()) add("--pcap", fmt::format("{}/{}", results, pcap_folder));
  if (wants_report || !options.pcap.empty()) job.collect = results;
  // With "=", because it begins with a blank, which is followed by a dash.
  job.argv.push_back(
      fmt::format("--flags={} --where vm --kernel {}", options.flags, options.kernel));
  job.argv.emplace_back("--unannounced");
  if (options.verbose) job.argv.emplace_back("--verbose");
  if (options.quiet) job.argv.emplace_back("--quiet");
  if (options.progress) job.argv.emplace_back("--progress");
  // A program of the user's is at the same path there as here.
  const char* path_variable = std::getenv("PATH");
  job.env = {fmt::format("PATH={}", path_variable ? path_variable : "/usr/bin:/bin"),
             "HOME=/root",
             "TERM=dumb",
             "LAB_CONFIG=",  // what it is to do is said by flags alone
             fmt::format("LC_ALL={}", options.style.unicode ? "C.UTF-8" : "C"),
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

// The guest's report as it comes, kept in a file without a name: of a thousand
// plays it is large.
class GuestReport {
 public:
  GuestReport() : file_(std::tmpfile()) {
    if (!file_) throw_errno("open", "a temporary file, the guest's report");
  }

  void add(std::string_view bytes) {
    if (std::fwrite(bytes.data(), 1, bytes.size(), file_.get()) != bytes.size() && error_ == 0)
      error_ = errno;
    size_ += bytes.size();
  }

  // Tells the reporters all that is in it. Nothing has come, if the guest's program
  // ended before it played anything: then it has said why. Throws EnvironmentError.
  void tell(const Reporters& reporters) {
    if (size_ == 0) return;
    if (error_ == 0 && std::fflush(file_.get()) != 0) error_ = errno;
    if (error_ != 0) throw SystemError("write", "a temporary file, the guest's report", error_);
    std::rewind(file_.get());
    try {
      tell_document(reporters, file_.get(), "the guest's report");
    } catch (const UsageError& mistake) {
      throw EnvironmentError(mistake.what());
    }
  }

  bool empty() const { return size_ == 0; }

 private:
  struct Close {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };
  std::unique_ptr<std::FILE, Close> file_;
  std::size_t size_ = 0;
  int error_ = 0;  // of the first write that failed
};

// What comes from the guest, put where it was asked for. What goes wrong is kept for
// finish(), so that one file that cannot be written does not cost the others.
class Results {
 public:
  Results(const Options& options, ReportFiles& files)
      : options_(options), files_(files), reporters_(files.take_reporters()) {}

  void add_to_report(std::string_view bytes) { report_.add(bytes); }

  void take(const vm::FileChunk& chunk) {
    if (chunk.path == report_file)
      add_to_report(chunk.bytes);
    else if (const std::string folder = fmt::format("{}/", pcap_folder);
             chunk.path.starts_with(folder))
      add_to_captures(chunk, chunk.path.substr(folder.size()));
  }

  // Throws EnvironmentError.
  void finish() {
    report_.tell(reporters_);
    if (!report_.empty()) files_.finish();
    if (!failure_.empty()) throw EnvironmentError(failure_);
  }

 private:
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
  ReportFiles& files_;
  Reporters reporters_;
  GuestReport report_;
  std::string failure_;  // of the first capture that could not be written
};

}  // namespace

int run_in_microvm(const Options& options, const std::vector<Play>& plays) {
  return run_in_microvm(options, plays, [](vm::Stream stream, std::string_view bytes) {
    std::FILE* out = stream == vm::Stream::out ? stdout : stderr;
    std::fwrite(bytes.data(), 1, bytes.size(), out);
    std::fflush(out);
  });
}

int run_in_microvm(const Options& options, const std::vector<Play>& plays,
                   const std::function<void(vm::Stream, std::string_view)>& output) {
  // The machine is thrown away before this process goes the way of the signal.
  const Fd signals = block_signals();
  vm::Options machine;
  machine.series = options.kernel;
  machine.cancel_fd = signals.get();
  ReportFiles files(options.reports, options.format);
  Results collected(options, files);
  ProgressLine progress;
  const vm::Sinks sinks{[&](vm::Stream stream, std::string_view bytes) {
                          progress.clear();
                          if (stream == vm::Stream::out && files.takes_stdout())
                            collected.add_to_report(bytes);
                          else
                            output(stream, bytes);
                        },
                        [&](const vm::FileChunk& chunk) { collected.take(chunk); },
                        [&](std::string_view note) {
                          progress.clear();
                          fmt::print(stderr, "{}\n", note);
                        },
                        [&](std::string_view what) { progress.show(what); }};
  try {
    const vm::Outcome outcome =
        vm::run_in_vm(machine, job_for(options, plays, files), uploads_for(plays), sinks);
    collected.finish();
    if (outcome.timed_out)
      throw EnvironmentError("the orchestrator in the guest hangs: the guest ended it");
    return outcome.status;
  } catch (const vm::Cancelled&) {
    try {
      collected.finish();  // what the guest still sent
    } catch (const EnvironmentError& error) {
      fmt::print(stderr, "orchestrator: {}\n", error.what());
    }
    signalfd_siginfo taken{};
    checked(::read(signals.get(), &taken, sizeof taken), "read", "signalfd");
    fmt::print(stderr, "orchestrator: {}: the microVM is gone, and all that was in it\n",
               ::strsignal(static_cast<int>(taken.ssi_signo)));
    return 128 + static_cast<int>(taken.ssi_signo);
  }
}

}  // namespace lab::cli
