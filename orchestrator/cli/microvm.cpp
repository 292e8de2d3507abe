// SPDX-License-Identifier: MIT
//
// The same command in a microVM: the job is this program's own image there,
// given what was asked for here.
#include <fmt/format.h>
#include <sys/signalfd.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "cli/commands.hpp"
#include "report/summary.hpp"
#include "util/fd.hpp"
#include "vm/run.hpp"

namespace lab::cli {
namespace {

namespace fs = std::filesystem;

// The file goes to the same path in the guest, relative to the guest's working
// directory if it is so here, so that messages name it as they would here.
std::string guest_path(const std::string& path) {
  return fs::path(path).is_absolute() ? path : "/work/" + path;
}

// Where the guest leaves files that shall come back.
constexpr std::string_view results = "/results";

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
  if (!options.output.empty()) {
    job.argv.insert(job.argv.end(), {"--output", std::string(results) + "/report.json"});
    job.collect = results;
  }
  job.env = {"PATH=/usr/sbin:/usr/bin:/sbin:/bin", "HOME=/root", "TERM=dumb",
             fmt::format("LC_ALL={}", options.style.unicode ? "C.UTF-8" : "C"),
             fmt::format("COLUMNS={}", options.style.width)};
  return job;
}

// From here on Ctrl-C and a polite kill arrive as something to read, so that
// the machine is thrown away before this process goes the way of the signal.
Fd block_signals() {
  sigset_t signals;
  sigemptyset(&signals);
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) sigaddset(&signals, signal);
  checked(::sigprocmask(SIG_BLOCK, &signals, nullptr), "sigprocmask", "SIGINT, SIGTERM, SIGHUP");
  return Fd(checked(::signalfd(-1, &signals, SFD_CLOEXEC), "signalfd", "SIGINT, SIGTERM, SIGHUP"));
}

}  // namespace

int run_in_microvm(const Options& options, const std::string& path) {
  const Fd signals = block_signals();
  vm::Options machine;
  machine.series = options.kernel;
  machine.cancel_fd = signals.get();
  std::ofstream report;
  const vm::Sinks sinks{
      [](vm::Stream stream, std::string_view bytes) {
        std::FILE* out = stream == vm::Stream::out ? stdout : stderr;
        std::fwrite(bytes.data(), 1, bytes.size(), out);
        std::fflush(out);
      },
      [&](const vm::FileChunk& chunk) {
        if (chunk.first) report.open(options.output, std::ios::trunc | std::ios::binary);
        report.write(chunk.bytes.data(), static_cast<std::streamsize>(chunk.bytes.size()));
      },
      [](std::string_view note) { fmt::print(stderr, "{}\n", note); }};
  try {
    const int status =
        vm::run_in_vm(machine, job_for(options, path), {{path, guest_path(path)}}, sinks).status;
    if (report.is_open() && !report.flush())
      throw EnvironmentError(fmt::format("--output {}: the report could not be written: {}",
                                         options.output, std::strerror(errno)));
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
