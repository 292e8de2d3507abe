// SPDX-License-Identifier: MIT
#include "play/guest_results.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <set>

#include "play/pcap_folder.hpp"
#include "play/play_job.hpp"
#include "util/text.hpp"

namespace lab::play {
namespace {

// Limits in bytes. A guest keeps its files in its memory, which is smaller; a report for
// standard output is sent while it is made.
constexpr std::uint64_t most_captures = 1ULL << 30, most_report = 4ULL << 30,
                        most_verdicts = 16ULL << 20;

// Counts the results in a report.
class Count : public report::Reporter {
 public:
  explicit Count(Verdicts& into) : into_(into) {}
  void reported(const report::PlayResult& result, std::string_view) override { into_.add(result); }
  void finish(const report::Summary&) override {}

 private:
  Verdicts& into_;
};

std::set<std::string> captures_of(const std::vector<Play>& plays, std::size_t repeat) {
  std::set<std::string> names;
  for (const Play& play : plays)
    for (std::size_t round = 0; round < repeat; ++round)
      names.insert(pcap_file_name(named(play), round, repeat));
  return names;
}

void begin(const vm::FileChunk& chunk, bool& began) {
  if (chunk.first == began)
    throw vm::Refused(fmt::format("the guest sent the file '{}' {}; it was refused", chunk.path,
                                  began ? "twice" : "without its beginning"));
  began = true;
}

}  // namespace

GuestReport::GuestReport() : file_(std::tmpfile()) {
  if (!file_) throw_errno("open", "a temporary file, the guest's report");
}

void GuestReport::add(std::string_view bytes) {
  if (std::fwrite(bytes.data(), 1, bytes.size(), file_.get()) != bytes.size() && error_ == 0)
    error_ = errno;
  size_ += bytes.size();
}

void GuestReport::report_to(const Reporters& reporters) {
  if (size_ == 0) return;
  if (error_ == 0 && std::fflush(file_.get()) != 0) error_ = errno;
  if (error_ != 0) throw SystemError("write", "a temporary file, the guest's report", error_);
  std::rewind(file_.get());
  try {
    report_document(reporters, file_.get(), "the guest's report");
  } catch (const UsageError& mistake) {
    throw EnvironmentError(mistake.what());
  }
}

GuestResults::GuestResults(const Options& options, const std::vector<Play>& plays,
                           ReportFiles& files)
    : plays_(plays),
      repeat_(options.repeat),
      flags_(options.flags),
      files_(files),
      report_comes_as_file_(files.any() && !files.takes_stdout()),
      reporters_(files.take_reporters()),
      report_allowance_("its report", most_report),
      verdicts_allowance_("results", most_verdicts) {
  if (!options.pcap.empty())
    captures_.emplace(options.pcap, captures_of(plays, options.repeat), most_captures);
}

void GuestResults::add_to_report(std::string_view bytes) {
  report_allowance_.take(bytes.size());
  report_.add(bytes);
}

void GuestResults::take(const vm::FileChunk& chunk) {
  const std::string folder = fmt::format("{}/", pcap_folder);
  if (report_comes_as_file_ && chunk.path == report_file) {
    begin(chunk, report_began_);
    add_to_report(chunk.bytes);
  } else if (chunk.path == verdicts_file) {
    begin(chunk, verdicts_began_);
    verdicts_allowance_.take(chunk.bytes.size());
    verdicts_ += chunk.bytes;
  } else if (captures_ && chunk.path.starts_with(folder)) {
    add_to_captures(chunk, chunk.path.substr(folder.size()));
  } else {
    throw vm::Refused(fmt::format(
        "the guest sent a file '{}' that was not requested; it was refused", chunk.path));
  }
}

void GuestResults::finish_early() {
  report_.report_to(reporters_);
  finish_files();
}

void GuestResults::report_sources() {
  std::set<std::string> files;
  for (const Play& play : plays_)
    if (const std::string& file = play.scenario->file; files.insert(file).second)
      for (const auto& reporter : reporters_) reporter->source(file, read_file(file));
}

void GuestResults::finish_without_report(const std::string& why) {
  if (!files_.any()) return;
  report_sources();
  report::Summary summary;
  std::set<std::string> scenarios;
  for (std::size_t round = 0; round < repeat_; ++round)
    for (const Play& play : plays_) {
      report::PlayResult result = died(play, why);
      result.flags = flags_;
      for (const auto& reporter : reporters_) reporter->reported(result, "");
      summary.add(result);
      scenarios.insert(result.file);
    }
  summary.scenarios = scenarios.size();
  for (const auto& reporter : reporters_) reporter->finish(summary);
  files_.finish();
}

int GuestResults::finish(const vm::Outcome& outcome) {
  int status = 0;
  try {
    if (outcome.timed_out)
      throw EnvironmentError("the orchestrator in the guest hung, and the guest killed it");
    // Nothing of it goes into a file before it is believed.
    Reporters counted;
    counted.push_back(std::make_unique<Count>(reported_));
    report_.report_to(counted);
    status = judge(outcome.status);
  } catch (const EnvironmentError& error) {
    finish_without_report(error.what());
    throw;
  }
  if (report_.empty()) {
    if (status == static_cast<int>(Exit::environment))
      finish_without_report("the orchestrator in the guest ended without a report");
    if (!failure_.empty()) throw EnvironmentError(failure_);
    return status;
  }
  finish_early();
  return status;
}

int GuestResults::judge(int status) const {
  constexpr int usage = static_cast<int>(Exit::usage),
                environment = static_cast<int>(Exit::environment);
  if (!verdicts_began_) {
    // It printed why.
    if (status == usage || status == environment) return status;
    throw EnvironmentError(fmt::format(
        "the orchestrator in the guest ended with status {} and without the results of its runs",
        status));
  }
  const Verdicts verdicts = Verdicts::from(verdicts_);
  verdicts.require(plays_, repeat_);
  if (files_.any() && status != environment && report_.empty())
    throw EnvironmentError("the orchestrator in the guest sent no report");
  if (!report_.empty() && !(reported_ == verdicts))
    throw EnvironmentError("the guest's report and the results of its runs contradict each other");
  const int derived = static_cast<int>(verdicts.exit_code());
  if (status != derived && status != environment)
    throw EnvironmentError(
        fmt::format("the orchestrator in the guest ended with status {}, but the results of its "
                    "runs mean {}",
                    status, derived));
  return status;
}

void GuestResults::finish_files() {
  if (!report_.empty()) files_.finish();
  if (!failure_.empty()) throw EnvironmentError(failure_);
}

void GuestResults::add_to_captures(const vm::FileChunk& chunk, const std::string& name) {
  try {
    captures_->take(name, chunk);
  } catch (const SystemError& error) {
    if (failure_.empty()) failure_ = fmt::format("--pcap: {}", error.what());
  }
}

}  // namespace lab::play
