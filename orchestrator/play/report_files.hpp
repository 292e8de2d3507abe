// SPDX-License-Identifier: MIT
//
// The formats in which a report can be stored, and the files that it goes to. Each format
// is one entry of report_formats(): flags and files follow from that list.
//
// A file named "-" is standard output, which then has no text for people.
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
// JSON is the first.
std::span<const ReportFormat> report_formats();

// Whether one of them, or --format json, goes to standard output.
bool takes_stdout(const ReportPaths& paths, const std::string& format);

// One that is not a run's report. Nothing for an empty path. Throws UsageError.
std::unique_ptr<OutputFile> open_output(const std::string& path);

class ReportFiles {
 public:
  // Opens them. Throws UsageError when one cannot be written, or two would go to
  // standard output.
  ReportFiles(const ReportPaths& paths, const std::string& format);

  bool any() const { return !outputs_.empty(); }
  bool takes_stdout() const { return takes_stdout_; }

  // What writes them. They must have been told to finish, and not be used after this
  // object is gone.
  std::vector<std::unique_ptr<report::Reporter>> take_reporters() { return std::move(reporters_); }

  // Puts the files in place. Throws EnvironmentError that names those that could not
  // be written, when the others are there. Without it none of them is touched.
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
