// SPDX-License-Identifier: MIT
//
// The first connect() of a scenario, and how it ended in a run. Internal to this module.
#pragma once

#include <string>

#include "record/timeline.hpp"
#include "scenario/model.hpp"

namespace lab::predict {

// Whether the scenario has a step `connect`.
bool connects(const scenario::Scenario& scenario);

struct FirstConnect {
  std::string socket;               // its name in the scenario
  const Played* outcome = nullptr;  // null: no step that was played asks how it ended
};

// The first that was played. The socket is empty if none was.
FirstConnect first_connect(const Timeline& timeline, const scenario::Scenario& scenario);

}  // namespace lab::predict
