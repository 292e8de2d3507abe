// SPDX-License-Identifier: MIT
//
// From facts about a machine to what they mean for the lab: what works here, what
// is missing, and the command that fixes it. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "doctor/facts.hpp"

namespace lab::doctor {

enum class Status {
  good,
  lacking,       // something does not work without it
  not_observed,  // it could not be found out
  note,          // neither good nor bad, but useful to know
};
std::string_view to_string(Status status);  // "good", "lacking", "not-observed", "note"

struct Finding {
  std::string group;  // under which it is shown: "This kernel"
  std::string id;     // for programs: "kvm"
  Status status = Status::good;
  std::string text;     // what was found
  std::string meaning;  // for the lab; empty: `text` says it
  std::string command;  // fixes it; empty: nothing to fix, or no command can
};

// One of the places where scenarios can run.
struct RunOption {
  std::string id;  // "module", "here", "user-namespace", "vm"
  bool open = false;
  std::string text;     // what it offers, or why it cannot be used
  std::string command;  // runs a scenario there
};

struct Checkup {
  std::vector<Finding> findings;
  std::vector<RunOption> options;  // the best first
  bool can_run() const;
};

Checkup judge(const Facts& facts);

}  // namespace lab::doctor
