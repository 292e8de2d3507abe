// SPDX-License-Identifier: MIT
//
// What a step is called, and where it happens. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "scenario/model.hpp"

namespace lab::scenario {

// The verb that begins the step in a file: "connect", "no-retransmission".
std::string_view verb_of(const Action& action);

// The hosts on which the step acts, or at which it looks; of a socket's step, the one
// where the socket lives. Empty: on none in particular.
std::vector<std::string> hosts_of(const Scenario& scenario, const Action& action);

}  // namespace lab::scenario
