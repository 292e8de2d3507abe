// SPDX-License-Identifier: MIT
//
// Why a scenario's connect was refused or not answered, diagnosed as `explain` does.
#pragma once

#include <string>

#include "run/runner.hpp"

namespace lab::commands {

// "port 8888 is bound by forgot (pid 12, fd 3), which has not called listen()"; "not
// observed: ..." if the host cannot be examined; empty if the SYN should have been answered.
std::string cause_of(const run::Unanswered& connect);

}  // namespace lab::commands
