// SPDX-License-Identifier: MIT
//
// What `explain` says of a world, and whether that is what happened.
#pragma once

#include <string>
#include <vector>

#include "worlds/attempt.hpp"

namespace lab::worlds {

enum class View : std::uint8_t { sender, receiver, probe_by_sender, probe_by_receiver };
const char* name_of(View view);

struct Verdict {
  View view = View::sender;
  bool asked = true;  // false: explain refused the question; `text` says why
  bool certain = false;
  bool of_local_sender = false;      // it took the sender's socket to be in the namespace
  std::string device;                // on which it took the SYN to come in
  std::vector<std::string> doubts;   // the ids that decide
  std::vector<std::string> reasons;  // their texts
  std::string answer, cause, text;
  int error = 0;
  std::string expected_before;  // of a probe: the answer that was predicted
};

// What explain says without a probe.
Verdict ask(const World& world, const Machine& machine, View view);
// What it says with --probe; `happened` is what was seen meanwhile.
Verdict probe(const World& world, const Machine& machine, View view, Happened& happened);

// Why a certain verdict is wrong; empty: it is not. "-": it was not put to the test.
std::string wrong(const World& world, const Verdict& verdict, const Happened& happened);

}  // namespace lab::worlds
