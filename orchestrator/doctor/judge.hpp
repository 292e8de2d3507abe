// SPDX-License-Identifier: MIT
//
// From facts about a machine to what they mean for the lab: what can be done
// here, what is lacking, and the command that mends it. Pure.
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
  std::string command;  // mends it; empty: nothing to mend, or no command does
};

// A way to play scenarios.
struct Way {
  std::string id;  // "module", "here", "user-namespace", "vm"
  bool open = false;
  std::string text;     // what it gives, or why it is closed
  std::string command;  // goes that way
};

struct Checkup {
  std::vector<Finding> findings;
  std::vector<Way> ways;  // the best first
  bool can_run() const;
};

Checkup judge(const Facts& facts);

}  // namespace lab::doctor
