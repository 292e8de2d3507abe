// SPDX-License-Identifier: MIT
//
// From facts about a machine to what they mean for the lab: what can be done
// here, what is lacking, and the command that fixes it. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "doctor/facts.hpp"

namespace lab::doctor {

enum class Status {
  good,
  lacking,       // something cannot be done for want of it
  not_observed,  // it could not be found out
  note,          // neither good nor bad, but one should know
};
std::string_view to_string(Status status);  // "good", "lacking", "not-observed", "note"

struct Finding {
  std::string group;  // under which it is shown: "This kernel"
  std::string id;     // for programs: "kvm"
  Status status = Status::good;
  std::string text;     // what was found
  std::string meaning;  // for the lab; empty: what was found says it
  std::string command;  // fixes it; empty: nothing is to be fixed, or no command does
};

// One of the ways to run scenarios.
struct RunOption {
  std::string id;  // "module", "here", "user-namespace", "vm"
  bool open = false;
  std::string text;     // what it gives, or why it cannot be used
  std::string command;  // runs one so
};

struct Checkup {
  std::vector<Finding> findings;
  std::vector<RunOption> options;  // the best first
  bool can_run() const;
};

Checkup judge(const Facts& facts);

}  // namespace lab::doctor
