// SPDX-License-Identifier: MIT
//
// The same command in a microVM: the job is this program's own image there,
// given what was asked for here.
#include <fmt/format.h>
#include <sys/signalfd.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <optional>

#include "cli/commands.hpp"
#include "cli/programs.hpp"
#include "cli/signals.hpp"
#include "report/summary.hpp"
#include "scenario/parser.hpp"
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

vm::Job job_for(const Options& options, const std::string& path) {
  vm::Job job;
  job.argv = {"/lab/orchestrator", "run",       path,
              "--where",           "here",      "--unannounced",
              "--format",          options.format,
              "--repeat",          std::to_string(options.repeat),
              "--color",           options.style.color ? "always" : "never"};
  for (const Family family : options.families) {
    job.argv.push_back("--family");
    job.argv.emplace_back(report::family_name(family));
  }
  if (options.progress) job.argv.push_back("--progress");
  if (!options.output.empty())
    job.argv.insert(job.argv.end(), {"--output", fmt::format("{}/{}", results, report_file)});
  if (!options.pcap.empty())
    job.argv.insert(job.argv.end(), {"--pcap", fmt::format("{}/{}", results, pcap_folder)});
  if (!options.output.empty() || !options.pcap.empty()) job.collect = results;
  // A program of the user's is at the same path there as here.
  const char* path_variable = std::getenv("PATH");
  job.env = {fmt::format("PATH={}", path_variable ? path_variable : "/usr/bin:/bin"), "HOME=/root",
             "TERM=dumb", fmt::format("LC_ALL={}", options.style.unicode ? "C.UTF-8" : "C"),
             fmt::format("COLUMNS={}", options.style.width)};
  return job;
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

int run_in_microvm(const Options& options, const std::string& path) {
  // The file is found there under the name that messages here give it.
  std::vector<vm::Upload> uploads = {{path, guest_path(path)}};
  for (vm::Upload& upload : program_uploads(scenario::load(path)))
    uploads.push_back(std::move(upload));
  // The machine is thrown away before this process goes the way of the signal.
  const Fd signals = block_signals();
  vm::Options machine;
  machine.series = options.kernel;
  machine.cancel_fd = signals.get();
  Results collected(options);
  const vm::Sinks sinks{
      [](vm::Stream stream, std::string_view bytes) {
        std::FILE* out = stream == vm::Stream::out ? stdout : stderr;
        std::fwrite(bytes.data(), 1, bytes.size(), out);
        std::fflush(out);
      },
      [&](const vm::FileChunk& chunk) { collected.take(chunk); },
      [](std::string_view note) { fmt::print(stderr, "{}\n", note); }};
  try {
    const int status =
        vm::run_in_vm(machine, job_for(options, path), uploads, sinks).status;
    collected.finish();
    return status;
  } catch (const vm::Cancelled&) {
    signalfd_siginfo taken{};
    checked(::read(signals.get(), &taken, sizeof taken), "read", "signalfd");
    fmt::print(stderr, "orchestrator: {}: the microVM is gone, and all that was in it\n",
               ::strsignal(static_cast<int>(taken.ssi_signo)));
    return 128 + static_cast<int>(taken.ssi_signo);
  }
}

}  // namespace lab::cli
