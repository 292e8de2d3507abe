// SPDX-License-Identifier: MIT
#include "grade/guest.hpp"

#include <fmt/format.h>
#include <sys/random.h>

#include <array>
#include <cstdio>
#include <memory>
#include <string_view>

#include "grade/read_runs.hpp"
#include "play/guest_results.hpp"
#include "play/verdicts.hpp"
#include "util/error.hpp"
#include "util/text.hpp"
#include "vm/inbox.hpp"
#include "vm/run.hpp"

namespace lab::grade {
namespace {

// Bytes. A class has many submissions, and each report is kept in memory once.
constexpr std::uint64_t most_report = 64 << 20, most_verdicts = 1 << 20, most_output = 16 << 20;

// Receives two files, by their names.
class Files {
 public:
  const std::string report_name = "report-" + random_word() + ".json";
  const std::string verdicts_name = "verdicts-" + random_word() + ".json";

  void take(const vm::FileChunk& chunk) {
    if (chunk.path == report_name)
      add(chunk, report_, report_allowance_);
    else if (chunk.path == verdicts_name)
      add(chunk, verdicts_, verdicts_allowance_);
    else
      throw vm::Refused("the guest sent a file that was not requested; it was refused");
  }
  const std::string& report() const { return report_; }
  const std::string& verdicts() const { return verdicts_; }

 private:
  static void add(const vm::FileChunk& chunk, std::string& file, vm::Allowance& allowance) {
    if (chunk.first != file.empty())
      throw vm::Refused("the guest sent a file twice or without its beginning; it was refused");
    allowance.take(chunk.bytes.size());
    file += chunk.bytes;
  }

  std::string report_, verdicts_;
  vm::Allowance report_allowance_{"its report", most_report};
  vm::Allowance verdicts_allowance_{"results", most_verdicts};
};

std::chrono::milliseconds time_for(const Assignment& assignment, std::size_t runs,
                                   std::size_t jobs) {
  constexpr std::chrono::seconds around_a_run{5}, around_all{30};
  const auto rounds = static_cast<int>((runs + jobs - 1) / jobs);
  return around_all + rounds * (assignment.limits.time + around_a_run);
}

vm::Job job_for(const Assignment& assignment, const Prepared& prepared, const GuestOptions& options,
                const Files& files) {
  vm::Job job;
  job.argv = {"/lab/orchestrator", "run"};
  for (const std::string& scenario : prepared.scenarios) job.argv.push_back(scenario);
  const auto add = [&job](std::string_view flag, std::string value) {
    job.argv.emplace_back(flag);
    job.argv.push_back(std::move(value));
  };
  add("--where", "here");
  add("--jobs", std::to_string(options.jobs));
  add("--deadline", fmt::format("{}ms", assignment.limits.time.count()));
  for (const auto& [name, value] : prepared.values) add("--set", name + "=" + value);
  add("--output", fmt::format("{}/{}", play::guest_folder, files.report_name));
  add("--verdicts", fmt::format("{}/{}", play::guest_folder, files.verdicts_name));
  for (const char* flag :
       {"--set-known", "--go-on", "--confine-programs", "--unannounced", "--quiet"})
    job.argv.emplace_back(flag);
  job.env = {"PATH=/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin",
             "HOME=/root",
             "TERM=dumb",
             "LAB_CONFIG=",
             "LC_ALL=C.UTF-8",
             "COLUMNS=100"};
  job.collect = play::guest_folder;
  job.deadline = time_for(assignment, prepared.plays().size(), options.jobs);
  return job;
}

std::vector<report::Run> runs_in(const std::string& document) {
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(
      ::fmemopen(const_cast<char*>(document.data()), document.size(), "r"), std::fclose);
  if (!file) throw_errno("fmemopen", "the guest's report");
  return read_runs(file.get(), "the guest's report");
}

// Why the report cannot be used; empty: it can. Fills `runs`.
std::string read_results(const Prepared& prepared, const Files& files, const vm::Outcome& outcome,
                         std::vector<report::Run>& runs) try {
  if (outcome.timed_out) return "the runs did not end, and the guest killed them";
  if (files.verdicts().empty() || files.report().empty())
    return fmt::format("the judge in the guest ended with status {} and without a report",
                       outcome.status);
  const play::Verdicts verdicts = play::Verdicts::from(files.verdicts());
  verdicts.require(prepared.plays(), 1);
  runs = runs_in(files.report());
  play::Verdicts reported;
  for (const report::Run& run : runs) reported.add(run.result);
  if (!(reported == verdicts)) return "the guest's report and its results contradict each other";
  const int derived = static_cast<int>(verdicts.exit_code());
  if (outcome.status != derived)
    return fmt::format("the judge in the guest ended with status {}, but its results mean {}",
                       outcome.status, derived);
  return "";
} catch (const std::runtime_error& error) {
  return error.what();
}

}  // namespace

std::string random_word() {
  std::array<std::uint8_t, 16> bytes{};
  if (::getrandom(bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(bytes.size()))
    throw_errno("getrandom", "the name of a report");
  return to_hex(bytes);
}

vm::Options machine_for(const GuestOptions& options) {
  vm::Options machine;
  machine.series = options.kernel;
  machine.parts = options.parts;
  machine.snapshot = options.snapshot;
  machine.most_output = most_output;
  machine.slack = std::chrono::seconds(15);
  return machine;
}

Reported run_in_guest(const Assignment& assignment, const Prepared& prepared,
                      const GuestOptions& options) {
  Reported reported;
  if (prepared.scenarios.empty()) return reported;
  Files files;
  std::string said;  // by the judge, if it could not run
  vm::Sinks sinks;
  sinks.output = [&](vm::Stream stream, std::string_view bytes) {
    if (stream == vm::Stream::err && said.size() < 4096) said += bytes;
  };
  sinks.file = [&](const vm::FileChunk& chunk) { files.take(chunk); };
  bool refused = false;  // it refused the scenarios, before any program ran
  try {
    const vm::Outcome outcome =
        vm::run_in_vm(machine_for(options), job_for(assignment, prepared, options, files),
                      prepared.uploads, sinks);
    reported.lost = read_results(prepared, files, outcome, reported.runs);
    constexpr int usage = static_cast<int>(Exit::usage);
    refused = !reported.lost.empty() && outcome.status == usage && files.verdicts().empty();
  } catch (const vm::Refused& error) {
    reported.lost = error.what();  // the judge sends nothing of that kind
  }
  if (refused) throw EnvironmentError(fmt::format("the judge cannot run the scenarios: {}", said));
  if (!reported.lost.empty()) reported.runs.clear();
  reported.document = files.report();
  return reported;
}

std::chrono::milliseconds longest_time(const Assignment& assignment, std::size_t runs,
                                       const GuestOptions& options) {
  constexpr std::chrono::seconds files{30};  // for reading and sending them
  const vm::Options machine = machine_for(options);
  return machine.kvm_trial + machine.boot_deadline + files +
         time_for(assignment, runs, options.jobs) + machine.slack;
}

}  // namespace lab::grade
