// SPDX-License-Identifier: MIT
//
// What the user asked for, as plain values. app.cpp fills it from the command
// line and the environment; the commands read it and nothing else.
#pragma once

#include <chrono>
#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "draw/style.hpp"
#include "record/address.hpp"

namespace lab::play {

enum class Where { automatic, here, vm };

// The files that get the report, by their formats (report_files.hpp). "-": standard
// output; empty: not asked for.
struct ReportPaths {
  std::string json, junit, ktap, html;
};

struct Options {
  Where where = Where::automatic;
  std::string format = "text";  // or "json"
  draw::Style style;
  std::string kernel = "6.1";                     // which microVM: a Debian kernel series
  std::vector<Family> families;                   // empty: as the scenario says
  std::string variant;                            // empty: all that a scenario has
  std::map<std::string, std::string> parameters;  // that a scenario is read with
  std::size_t repeat = 1;
  std::vector<std::string> words;  // what to play (scenario/selection.hpp)
  std::size_t jobs = 0;            // plays in parallel; 0: as many as suit this machine
  std::chrono::milliseconds deadline{60'000};  // of each play
  bool verbose = false;                        // every report in full, however many there are
  bool quiet = false;                          // verdicts only, one line per run
  ReportPaths reports;                         // the files that get it, too
  std::string pcap;  // a directory that gets each play's packets; empty: none
  // The lab stays when its play is over, under this name; empty: the scenario's.
  std::optional<std::string> keep;
  bool progress = false;  // count the runs on a line that is rewritten
  bool announce = true;   // say first where the run happens, and why
  bool confine = false;   // the programs of scenarios (net/confinement.hpp)
  std::string verdicts;   // a file that gets each play's result (play/verdicts.hpp); empty: none
  // The flags that a failed play is repeated with, as the user would write them
  // (report::ManySettings::flags).
  std::string flags;
};

}  // namespace lab::play
