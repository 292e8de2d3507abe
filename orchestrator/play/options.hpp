// SPDX-License-Identifier: MIT
//
// The options of `run` as plain values, set from the command line, the environment and the
// configuration file (commands/run_flags.cpp).
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

// The report files by format (report_files.hpp). "-": standard
// output; empty: not asked for.
struct ReportPaths {
  std::string json, junit, ktap, html;
};

struct Options {
  Where where = Where::automatic;
  std::string format = "text";  // or "json"
  draw::Style style;
  std::string kernel = "6.1";                     // the microVM's: a Debian series
  std::string architecture;                       // of microVMs; empty: this machine's
  std::vector<Family> families;                   // empty: the scenario's
  std::string variant;                            // empty: all
  std::map<std::string, std::string> parameters;  // set by --set
  // Ignore those that a scenario does not have, instead of refusing them.
  bool only_known_parameters = false;
  bool goes_on = false;  // after an expectation that failed (run::Audience::goes_on)
  std::size_t repeat = 1;
  std::vector<std::string> words;              // what to run (parser/selection.hpp)
  std::size_t jobs = 0;                        // plays in parallel; 0: suitable_jobs()
  std::chrono::milliseconds deadline{60'000};  // of each play
  bool verbose = false;                        // print every report in full
  bool quiet = false;                          // verdicts only, one line per run
  ReportPaths reports;
  std::string pcap;  // the directory of captures; empty: none
  // Keep the lab after its run, under this name; empty: the scenario's.
  std::optional<std::string> keep;
  bool text = true;       // print the report of the runs on standard output
  bool progress = false;  // show a progress line
  bool announce = true;   // first print where the run happens, and why
  bool confine = false;   // confine scenarios' programs (process/confinement.hpp)
  std::string verdicts;   // a file for each play's result (play/verdicts.hpp); empty: none
  // The flags to repeat a failed play, as the user would write them
  // (report::ManySettings::flags).
  std::string flags;
};

}  // namespace lab::play
