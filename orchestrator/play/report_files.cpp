// SPDX-License-Identifier: MIT
#include "play/report_files.hpp"

#include <fmt/format.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <iostream>

#include "html/reporter.hpp"
#include "util/error.hpp"

namespace lab::play {
namespace {

constexpr std::string_view standard_output = "-";

// The flags that send something to standard output.
std::vector<std::string> on_stdout(const ReportPaths& paths, const std::string& format) {
  std::vector<std::string> flags;
  if (format == "json") flags.emplace_back("--format json");
  for (const ReportFormat& each : report_formats())
    if (paths.*each.path == standard_output) flags.push_back(fmt::format("{} -", each.flag));
  return flags;
}

std::string_view remedy(int error) {
  if (error == EACCES || error == EROFS) return "; name a file in a folder that you may write to";
  if (error == ENOENT) return "; create its folder first";
  return "";
}

std::unique_ptr<OutputFile> open(const std::string& name, const std::string& path) try {
  return std::make_unique<OutputFile>(path);
} catch (const SystemError& error) {
  throw UsageError(
      fmt::format("{}: {}{}", name, std::strerror(error.error()), remedy(error.error())));
} catch (const UsageError& error) {
  throw UsageError(fmt::format("{}: {}", name, error.what()));
}

}  // namespace

std::span<const ReportFormat> report_formats() {
  static constexpr std::array<ReportFormat, 4> formats{{
      {"--output", "-o,--output", "LAB_OUTPUT",
       "write everything that was seen to FILE, as JSON; `draw` reads it\n"
       "(for this and the next three, -: standard output instead of text)",
       &ReportPaths::json, report::make_json_reporter},
      {"--junit", "--junit", "LAB_JUNIT", "write the results to FILE as JUnit XML",
       &ReportPaths::junit, report::make_junit_reporter},
      {"--ktap", "--ktap", "LAB_KTAP", "write the results to FILE as KTAP, the kernel's format",
       &ReportPaths::ktap, report::make_ktap_reporter},
      {"--html", "--html", "LAB_HTML", "write a page for a browser to FILE, with everything drawn",
       &ReportPaths::html, html::make_html_reporter},
  }};
  return formats;
}

bool takes_stdout(const ReportPaths& paths, const std::string& format) {
  return !on_stdout(paths, format).empty();
}

std::unique_ptr<OutputFile> open_output(const std::string& path) {
  return path.empty() ? nullptr : open(fmt::format("--output {}", path), path);
}

ReportFiles::ReportFiles(const ReportPaths& paths, const std::string& format) {
  const auto flags = on_stdout(paths, format);
  takes_stdout_ = !flags.empty();
  if (flags.size() > 1)
    throw UsageError(
        fmt::format("{} and {}: only one can go to standard output; give the other a "
                    "file name",
                    flags[0], flags[1]));
  const auto add = [&](const ReportFormat& each, const std::string& path) {
    Output output{fmt::format("{} {}", each.flag, path), nullptr};
    if (path != standard_output) output.file = open(output.name, path);
    reporters_.push_back(each.make(output.file ? *output.file : std::cout));
    outputs_.push_back(std::move(output));
  };
  if (format == "json") add(report_formats().front(), std::string(standard_output));
  for (const ReportFormat& each : report_formats())
    if (const std::string& path = paths.*each.path; !path.empty()) add(each, path);
}

void ReportFiles::finish() {
  std::string failures;
  for (const Output& output : outputs_) {
    const int error = output.file ? output.file->finish() : 0;
    if (error == 0) continue;
    failures += fmt::format("{}{}: the report could not be written: {}",
                            failures.empty() ? "" : "\n", output.name, std::strerror(error));
  }
  if (!failures.empty()) throw EnvironmentError(failures);
}

}  // namespace lab::play
