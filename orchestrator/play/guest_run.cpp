// SPDX-License-Identifier: MIT
//
// Runs the same command in a microVM, by the orchestrator in its image. The guest's text is
// printed as it arrives. Its JSON report is read here, and all files are written from it.
// guest_results.hpp limits what the guest may send (docs/trust.md).
#include "play/guest_run.hpp"

#include <fmt/format.h>
#include <sys/signalfd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "draw/page.hpp"
#include "play/guest_programs.hpp"
#include "play/guest_results.hpp"
#include "play/progress_line.hpp"
#include "play/report_files.hpp"
#include "report/summary.hpp"
#include "util/architecture.hpp"
#include "util/error.hpp"
#include "util/fd.hpp"
#include "util/print.hpp"
#include "util/printable_stream.hpp"
#include "util/signals.hpp"
#include "util/text.hpp"
#include "vm/guest.hpp"
#include "vm/image.hpp"
#include "vm/run.hpp"

namespace lab::play {
namespace {

// The files that the plays are read from, each once.
std::vector<std::string> files_of(const std::vector<Play>& plays) {
  std::vector<std::string> files;
  for (const Play& play : plays)
    if (std::ranges::find(files, play.scenario->file) == files.end())
      files.push_back(play.scenario->file);
  return files;
}

// The deadline of the orchestrator in the guest: every play's whole deadline in sequence,
// plus time to build and remove hosts. At most a week, so that the sum cannot overflow.
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
  if (wants_report) add("--output", fmt::format("{}/{}", guest_folder, report_file));
  if (!options.pcap.empty()) add("--pcap", fmt::format("{}/{}", guest_folder, pcap_folder));
  add("--verdicts", fmt::format("{}/{}", guest_folder, verdicts_file));
  job.collect = guest_folder;
  job.argv.emplace_back("--confine-programs");
  // With "=", because the value begins with a space and a dash.
  job.argv.push_back("--flags=" + options.flags);
  job.argv.emplace_back("--unannounced");
  if (options.verbose) job.argv.emplace_back("--verbose");
  if (options.quiet) job.argv.emplace_back("--quiet");
  if (options.progress) job.argv.emplace_back("--progress");
  // The user's programs have the same paths in the guest.
  const char* path_variable = std::getenv("PATH");
  job.env = {fmt::format("PATH={}", path_variable ? path_variable : "/usr/bin:/bin"),
             "HOME=/root",
             "TERM=dumb",
             "LAB_CONFIG=",  // only flags configure it
             fmt::format("LC_ALL={}", options.style.unicode ? "C.UTF-8" : "C"),
             fmt::format("COLUMNS={}", options.style.width)};
  job.deadline = time_for(options, plays);
  return job;
}

std::vector<vm::Upload> uploads_for(const std::vector<Play>& plays, const Architecture& guest) {
  std::vector<vm::Upload> uploads;
  // Same names as here, because messages contain them.
  for (const std::string& file : files_of(plays)) uploads.push_back({file, guest_path(file), true});
  std::set<std::string> sent;
  for (const Play& play : plays)
    for (vm::Upload& upload : program_uploads(*play.scenario, guest))
      if (sent.insert(upload.to).second) uploads.push_back(std::move(upload));
  return uploads;
}

// Reports say how to repeat one run alone: in the same kernel.
Options with_its_place(Options options) {
  options.flags += fmt::format(" --where vm --kernel {}", shell_word(options.kernel));
  return options;
}

}  // namespace

int run_in_microvm(const Options& options, const std::vector<Play>& plays) {
  // Of the orchestrator in the guest, which a stranger may have taken over: it may colour its
  // report and rewrite the line of its progress, and nothing else.
  std::vector<std::string> passed;
  if (options.style.color) passed = draw::color_sequences();
  if (options.progress) passed.emplace_back("\r\033[K");
  PrintableStream out(passed), err(passed);
  const auto print = [](std::FILE* file, const std::string& text) {
    std::fwrite(text.data(), 1, text.size(), file);
    std::fflush(file);
  };
  const int status = run_in_microvm(options, plays, [&](vm::Stream stream, std::string_view bytes) {
    if (stream == vm::Stream::err)
      print(stderr, err.feed(bytes));
    else if (options.text)
      print(stdout, out.feed(bytes));
  });
  print(stdout, out.finish());
  print(stderr, err.finish());
  return status;
}

int run_in_microvm(const Options& asked, const std::vector<Play>& plays,
                   const std::function<void(vm::Stream, std::string_view)>& output) {
  const Options options = with_its_place(asked);
  // On a signal, remove the machine before this process ends.
  const Fd signals = block_signals();
  vm::Options machine;
  machine.series = options.kernel;
  machine.cancel_fd = signals.get();
  const Architecture& guest = vm::architecture_of(machine.build, machine.series);
  ReportFiles files(options.reports, options.format);
  GuestResults collected(options, plays, files);
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
                          print_printable(stderr, "{}\n", note);
                        },
                        [&](std::string_view what) { progress.show(what); }};
  vm::Outcome outcome;
  try {
    outcome =
        vm::run_in_vm(machine, job_for(options, plays, files), uploads_for(plays, guest), sinks);
  } catch (const EnvironmentError& error) {
    // Also one that has sent a report: its kernel complained, or it sent what nobody asked for.
    collected.finish_without_report(error.what());
    throw;
  } catch (const vm::Cancelled&) {
    try {
      collected.finish_early();  // with what the guest sent before
    } catch (const EnvironmentError& error) {
      print_printable(stderr, "orchestrator: {}\n", error.what());
    }
    const int code = take_signal(signals);
    print_note("orchestrator: {}: the microVM and everything in it are gone\n",
               ::strsignal(code - 128));
    return code;
  }
  return collected.finish(outcome);
}

void report_that_none_ran(const Options& asked, const std::vector<Play>& plays,
                          const std::string& why) {
  const Options options = asked.where == Where::vm ? with_its_place(asked) : asked;
  ReportFiles files(options.reports, options.format);
  GuestResults(options, plays, files).finish_without_report(why);
}

}  // namespace lab::play
