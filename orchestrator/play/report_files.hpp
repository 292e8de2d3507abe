// SPDX-License-Identifier: MIT
//
// The formats and files of stored reports. Each format is one entry of report_formats(), from
// which the flags follow.
//
// A file named "-" is standard output, which then contains no text report.
#pragma once

#include <memory>
#include <ostream>
#include <span>
#include <string>
#include <vector>

#include "play/options.hpp"
#include "report/reporter.hpp"
#include "util/output_file.hpp"

namespace lab::play {

struct ReportFormat {
  const char* flag;
  const char* names;     // of the flag, as CLI11 takes them
  const char* variable;  // of the environment
  const char* help;
  std::string ReportPaths::*path;
  std::unique_ptr<report::Reporter> (*make)(std::ostream& out);
};
// The first is JSON.
std::span<const ReportFormat> report_formats();

// Whether a report file or --format json goes to standard output.
bool takes_stdout(const ReportPaths& paths, const std::string& format);

// Opens the file of another output. Null for an empty path. Throws UsageError.
std::unique_ptr<OutputFile> open_output(const std::string& path);

class ReportFiles {
 public:
  // Opens the files. Throws UsageError when one cannot be written, or when two would go to
  // standard output.
  ReportFiles(const ReportPaths& paths, const std::string& format);

  bool any() const { return !outputs_.empty(); }
  bool takes_stdout() const { return takes_stdout_; }

  // The reporters that write them. Call their finish() before ours, and do not use them after
  // this object is destroyed.
  std::vector<std::unique_ptr<report::Reporter>> take_reporters() { return std::move(reporters_); }

  // Moves the files into place; without it, no file is touched. Throws EnvironmentError that
  // names the files that could not be written; the others are in place.
  void finish();

 private:
  struct Output {
    std::string name;                  // "--junit FILE"
    std::unique_ptr<OutputFile> file;  // null: standard output
  };

  std::vector<Output> outputs_;
  std::vector<std::unique_ptr<report::Reporter>> reporters_;
  bool takes_stdout_;
};

}  // namespace lab::play
