// SPDX-License-Identifier: MIT
//
// What the user asked for, as plain values. app.cpp fills it from the command
// line and the environment; the commands read it and nothing else.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "record/address.hpp"
#include "report/style.hpp"

namespace lab::cli {

enum class Where { automatic, here, vm };

struct Options {
  Where where = Where::automatic;
  std::string format = "text";   // or "json"
  report::Style style;
  std::string kernel = "6.1";    // which microVM: a Debian kernel series
  std::vector<Family> families;  // empty: as the scenario says
  std::size_t repeat = 1;
  std::string scenario;          // a name or a path
  std::string output;            // a file that gets the report as JSON; empty: none
  std::string pcap;              // a directory that gets each play's packets; empty: none
  bool progress = false;         // count the runs on a line that is rewritten
  bool announce = true;          // say first where the run happens, and why
};

struct ExplainOptions {
  std::vector<std::string> words;  // DST:PORT [from SRC[:PORT]]
  std::string netns;               // a name, a process or a path; empty: where we are
  std::string device;              // on which the SYN comes in; empty: find out
  bool probe = false;              // send a real SYN, too
  bool live = false;               // no question: tell of each incident as it happens
  std::string format = "text";
  report::Style style;
};

}  // namespace lab::cli
