// SPDX-License-Identifier: MIT
#pragma once

#include <set>
#include <string>

#include "scenario/model.hpp"

namespace lab::scenario {

// Those of features() that a scenario cannot be played without, though it does
// not say so: a link with a delay needs "netem". What a step needs that depends
// on the kernel already (`when`) is left out.
std::set<std::string> needed_features(const Scenario& scenario);

}  // namespace lab::scenario
