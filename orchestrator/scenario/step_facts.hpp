// SPDX-License-Identifier: MIT
//
// What the definition of a step's verb says about a step: what it is called, where it
// happens, how it reads, and how its outcome is judged. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "record/timeline.hpp"
#include "scenario/model.hpp"

namespace lab::scenario {

// The verb that begins the step in a file: "connect", "no-retransmission".
std::string_view verb_of(const Action& action);

StepClass class_of(const Action& action);

// A step in words, in two parts: "packets at client" and " are: client > server S".
// describe() (model.hpp) gives both as one text.
struct StepWords {
  StepWords(std::string whole) : subject(std::move(whole)) {}  // implicit: most have one part
  StepWords(std::string about, std::string expected)
      : subject(std::move(about)), expectation(std::move(expected)) {}

  std::string subject;      // what it does, or at what it looks
  std::string expectation;  // what is compared; empty: `subject` says all
};
StepWords words_of(const Action& action);

// The hosts on which the step acts, or at which it looks; of a socket's or a program's
// step, the one where that lives. Each once. Empty: on none in particular.
std::vector<std::string> hosts_of(const Scenario& scenario, const Action& action);

// What a call must bring besides its errno, and whether it did.
struct Demand {
  std::string expected;  // "1048576 bytes as they were sent"
  bool met = false;
};

// The call that a step makes, and what its writer expects of it.
struct Call {
  std::string name;    // "bind()"
  int error = 0;       // the errno expected; 0: success
  bool claims = true;  // false: it is worth a check only when it fails
  std::optional<Demand> demand;
};
// Of a step that is judged by_errno (step_list.hpp); others have none.
std::optional<Call> call_of(const Action& action, const Played& played);

}  // namespace lab::scenario
