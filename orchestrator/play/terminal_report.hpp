// SPDX-License-Identifier: MIT
//
// What stands on the terminal while scenarios are played, or drawn again: of one
// play its whole report, of many a line each and what they came to.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "draw/style.hpp"
#include "report/reporter.hpp"

namespace lab::play {

// When a play's own report is to be written.
enum class Telling { never, if_it_fails, as_it_happens };

struct TerminalSettings {
  draw::Style style;
  bool verbose = false;       // every play's report, however many there are
  bool progress = false;      // a line that is rewritten
  std::size_t scenarios = 1;  // how many were asked for
  std::size_t total = 1;      // plays, in all rounds
  std::size_t rounds = 1;
  std::string flags;  // ManySettings::flags
};

struct TerminalReport {
  std::vector<std::unique_ptr<report::Reporter>> reporters;  // onto std::cout
  Telling text = Telling::never;
};

// `data`: standard output belongs to another format, and gets no text.
TerminalReport terminal_report(bool data, const TerminalSettings& settings);

}  // namespace lab::play
