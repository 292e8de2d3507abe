// SPDX-License-Identifier: MIT
//
// Facts about a step from the definition of its verb: name, class, hosts, words, and how its
// outcome is judged. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "record/timeline.hpp"
#include "scenario/model.hpp"

namespace lab::language {

// The step's verb as in a file: "connect", "no-retransmission".
std::string_view verb_of(const scenario::Action& action);

StepClass class_of(const scenario::Action& action);

// A step in words, in two parts: "packets at client" and " are: client > server S".
// describe() gives both as one text.
struct StepWords {
  StepWords(std::string whole) : subject(std::move(whole)) {}  // implicit: most have one part
  StepWords(std::string about, std::string expected)
      : subject(std::move(about)), expectation(std::move(expected)) {}

  std::string subject;      // what it does or observes
  std::string expectation;  // what is compared; may be empty
};
StepWords words_of(const scenario::Action& action);

// "connect left to b:40001"
std::string describe(const scenario::Action& action);

// The hosts on which the step acts or that it observes, without duplicates; for a socket or a
// program, its host. Empty: no particular host.
std::vector<std::string> hosts_of(const scenario::Scenario& scenario,
                                  const scenario::Action& action);

// What a call must return besides its errno, and whether it did.
struct Demand {
  std::string expected;  // "1048576 bytes as they were sent"
  bool met = false;
};

// The call that a step makes, and the expected result.
struct Call {
  std::string name;    // "bind()"
  int error = 0;       // the expected errno; 0: success
  bool claims = true;  // false: add a check only when it fails
  std::optional<Demand> demand;
};
// Nothing unless the step is judged by_errno (step_list.hpp).
std::optional<Call> call_of(const scenario::Action& action, const Played& played);

}  // namespace lab::language
