// SPDX-License-Identifier: MIT
#pragma once

#include <set>
#include <string>

#include "scenario/model.hpp"

namespace lab::scenario {

// The features that a scenario needs implicitly: a link with a delay needs "netem". Ignores
// steps that already depend on the kernel (`when`).
std::set<std::string> needed_features(const Scenario& scenario);

}  // namespace lab::scenario
