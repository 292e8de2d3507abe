// SPDX-License-Identifier: MIT
#include "play/terminal_report.hpp"

#include <fmt/format.h>

#include <cstdio>
#include <iostream>
#include <set>

#include "util/print.hpp"

namespace lab::play {
namespace {

using report::PlayResult;

// Prints skipped plays of a single scenario, which has no summary.
class SkippedReporter : public report::Reporter {
 public:
  void reported(const PlayResult& result, std::string_view) override {
    if (result.ending == PlayResult::Ending::skipped && reported_.insert(label(result)).second)
      print_printable(stderr, "{}: skipped: {}\n", label(result), result.why);
  }
  void finish(const report::Summary&) override {}

 private:
  std::set<std::string> reported_;
};

void add_one(TerminalReport& report, const TerminalSettings& settings) {
  const bool in_full = settings.rounds == 1 || settings.verbose;
  report.text = in_full ? ReportWhen::as_it_happens : ReportWhen::if_it_fails;
  report.reporters.push_back(
      in_full ? report::make_full_reporter(std::cout, settings.style)
              : report::make_repeat_reporter(std::cout, settings.style, settings.progress));
}

void add_many(TerminalReport& report, const TerminalSettings& settings) {
  report.text = settings.verbose ? ReportWhen::as_it_happens : ReportWhen::never;
  if (settings.verbose)
    report.reporters.push_back(report::make_full_reporter(std::cout, settings.style));
  report.reporters.push_back(report::make_many_reporter(
      std::cout, settings.style,
      {settings.progress, settings.verbose, settings.total, settings.rounds, settings.flags}));
}

}  // namespace

TerminalReport terminal_report(bool data, const TerminalSettings& settings) {
  TerminalReport report;
  if (settings.scenarios == 1) report.reporters.push_back(std::make_unique<SkippedReporter>());
  if (data) return report;
  if (settings.scenarios > 1)
    add_many(report, settings);
  else
    add_one(report, settings);
  return report;
}

}  // namespace lab::play
