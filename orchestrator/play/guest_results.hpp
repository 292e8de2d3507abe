// SPDX-License-Identifier: MIT
//
// Receives the results of the orchestrator in a microVM. The guest is not trusted, because
// it may have run a stranger's program (docs/trust.md): only files that this command asked
// for are accepted, each is limited in size, every play needs a result, and the exit code is
// derived here from the results.
#pragma once

#include <cstdint>
#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "play/options.hpp"
#include "play/play_list.hpp"
#include "play/report_files.hpp"
#include "play/stored_runs.hpp"
#include "play/verdicts.hpp"
#include "vm/inbox.hpp"
#include "vm/run.hpp"

namespace lab::play {

// The guest's folder of files to send back, and the files in it.
constexpr std::string_view guest_folder = "/results";
constexpr std::string_view report_file = "report.json";
constexpr std::string_view verdicts_file = "verdicts.json";
constexpr std::string_view pcap_folder = "pcap";

// The guest's report, stored in an unnamed temporary file because that of a thousand plays
// is large.
class GuestReport {
 public:
  // Throws SystemError.
  GuestReport();
  // If writing fails, report_to() throws.
  void add(std::string_view bytes);
  // Reports its contents to the reporters. It is empty if the guest's program ended before it
  // ran anything, and printed why. Throws EnvironmentError, SystemError.
  void report_to(const Reporters& reporters);
  bool empty() const { return size_ == 0; }

 private:
  struct Close {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };
  std::unique_ptr<std::FILE, Close> file_;
  std::size_t size_ = 0;
  int error_ = 0;  // of the first write that failed
};

// If a capture cannot be written, this is reported at the end, after the other files are
// written. A file that was not asked for ends the run at once.
class GuestResults {
 public:
  // The arguments must outlive it. Throws SystemError when --pcap's folder cannot be opened.
  GuestResults(const Options& options, const std::vector<Play>& plays, ReportFiles& files);

  // Adds a piece of the report from the guest's standard output. Throws vm::Refused if it is
  // too large.
  void add_to_report(std::string_view bytes);
  // Throws vm::Refused if it was not asked for or is too large.
  void take(const vm::FileChunk& chunk);

  // Writes the results of an interrupted run. Throws EnvironmentError.
  void finish_early();
  // Writes the files of a run without a report that can be believed: every play has died.
  // Throws EnvironmentError.
  void finish_without_report(const std::string& why);
  // Writes the files and returns the exit code. The guest's status and its report must match
  // its results, unless it reports a usage or environment error; else every play has died.
  // Throws EnvironmentError.
  int finish(const vm::Outcome& outcome);

 private:
  int judge(int status) const;
  void finish_files();
  void report_sources();
  void add_to_captures(const vm::FileChunk& chunk, const std::string& name);

  const std::vector<Play>& plays_;
  const std::size_t repeat_;
  const std::string& flags_;  // report::PlayResult::flags
  ReportFiles& files_;
  const bool report_comes_as_file_;
  Reporters reporters_;
  Verdicts reported_;  // as the report has them
  GuestReport report_;
  vm::Allowance report_allowance_;
  bool report_began_ = false;
  std::string verdicts_;
  vm::Allowance verdicts_allowance_;
  bool verdicts_began_ = false;
  std::optional<vm::Inbox> captures_;
  std::string failure_;  // of the first capture that was not written
};

}  // namespace lab::play
