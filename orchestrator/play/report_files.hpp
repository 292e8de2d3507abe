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
#include "play/output_files.hpp"
#include "report/reporter.hpp"

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

class ReportFiles {
 public:
  // Opens the files. Throws UsageError when one cannot be written, or when two would go to
  // standard output.
  ReportFiles(const ReportPaths& paths, const std::string& format);

  bool any() const { return files_.any(); }
  bool takes_stdout() const { return files_.takes_stdout(); }

  // The reporters that write them. Call their finish() before ours, and do not use them after
  // this object is destroyed.
  std::vector<std::unique_ptr<report::Reporter>> take_reporters() { return std::move(reporters_); }

  void finish() { files_.finish(); }

 private:
  OutputFiles files_;
  std::vector<std::unique_ptr<report::Reporter>> reporters_;
};

}  // namespace lab::play
