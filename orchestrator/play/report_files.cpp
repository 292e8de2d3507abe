// SPDX-License-Identifier: MIT
#include "play/report_files.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "html/reporter.hpp"

namespace lab::play {

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
  return format == "json" || std::ranges::any_of(report_formats(), [&](const ReportFormat& each) {
           return paths.*each.path == standard_output;
         });
}

ReportFiles::ReportFiles(const ReportPaths& paths, const std::string& format) {
  const ReportFormat& json = report_formats().front();
  if (format == "json")
    reporters_.push_back(json.make(files_.open("--format json", std::string(standard_output))));
  for (const ReportFormat& each : report_formats())
    if (const std::string& path = paths.*each.path; !path.empty())
      reporters_.push_back(each.make(files_.open(fmt::format("{} {}", each.flag, path), path)));
}

}  // namespace lab::play
