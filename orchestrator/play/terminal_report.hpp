// SPDX-License-Identifier: MIT
//
// Selects the report on the terminal: the whole report of one scenario, or one line per run
// and a summary.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "draw/style.hpp"
#include "report/reporter.hpp"

namespace lab::play {

// When to print the report of a single play.
enum class ReportWhen { never, if_it_fails, as_it_happens };

struct TerminalSettings {
  draw::Style style;
  bool verbose = false;       // print every play's report
  bool progress = false;      // show a progress line
  std::size_t scenarios = 1;  // number of scenario files
  std::size_t total = 1;      // number of plays, in all rounds
  std::size_t rounds = 1;
  std::string flags;  // ManySettings::flags
};

struct TerminalReport {
  std::vector<std::unique_ptr<report::Reporter>> reporters;  // onto std::cout
  ReportWhen text = ReportWhen::never;
};

// `data`: standard output is used for another format and gets no text.
TerminalReport terminal_report(bool data, const TerminalSettings& settings);

}  // namespace lab::play
