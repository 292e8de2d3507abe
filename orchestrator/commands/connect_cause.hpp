// SPDX-License-Identifier: MIT
//
// Why a scenario's connect was refused or had no answer, found as `explain` finds it.
#pragma once

#include <string>

#include "run/runner.hpp"

namespace lab::commands {

// "port 8888 is bound by forgot (pid 12, fd 3), which has not called listen()". "not
// observed: ..." when the host cannot be looked at; empty when the SYN should have been
// answered.
std::string cause_of(const run::Unanswered& connect);

}  // namespace lab::commands
