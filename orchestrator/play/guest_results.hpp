// SPDX-License-Identifier: MIT
//
// What comes back from the orchestrator in a microVM, and how far it is believed. A
// stranger's program may have run there (docs/trust.md): only files that this command
// asked for are taken, each is bounded, every play must be accounted for, and the exit
// code is made here from the results.
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

// Where the guest leaves files that shall come back, and what they are below it.
constexpr std::string_view guest_folder = "/results";
constexpr std::string_view report_file = "report.json";
constexpr std::string_view verdicts_file = "verdicts.json";
constexpr std::string_view pcap_folder = "pcap";

// The guest's report as it comes, kept in a file without a name: of a thousand
// plays it is large.
class GuestReport {
 public:
  // Throws SystemError.
  GuestReport();
  // A write that fails is told of by tell().
  void add(std::string_view bytes);
  // Tells the reporters all that is in it. Nothing has come, if the guest's program
  // ended before it played anything: then it has said why. Throws EnvironmentError.
  void tell(const Reporters& reporters);
  bool empty() const { return size_ == 0; }

 private:
  struct Close {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };
  std::unique_ptr<std::FILE, Close> file_;
  std::size_t size_ = 0;
  int error_ = 0;  // of the first write that failed
};

// A capture that cannot be written is told of in the end, so that it does not cost the
// other files; what was not asked for ends the run at once.
class GuestResults {
 public:
  // All three must outlive it. Throws SystemError when --pcap's folder cannot be opened.
  GuestResults(const Options& options, const std::vector<Play>& plays, ReportFiles& files);

  // A piece of the report on the guest's standard output. Throws vm::Refused: too much.
  void add_to_report(std::string_view bytes);
  // Throws vm::Refused: not asked for, or too much.
  void take(const vm::FileChunk& chunk);

  // Writes what came of a run that was interrupted. Throws EnvironmentError.
  void finish_early();
  // Writes the files of a run that has no report: every play has died. Throws
  // EnvironmentError.
  void finish_without_report(const std::string& why);
  // Writes the files, and gives the exit code. The guest's own status counts only where
  // its results mean the same, or when it says that something else was wrong. Throws
  // EnvironmentError.
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
  std::string failure_;  // of the first capture that could not be written
};

}  // namespace lab::play
