// SPDX-License-Identifier: MIT
//
// The questions about a scenario that `predict` asks. facts.hpp computes the answers from a run.
#pragma once

#include <vector>

#include "predict/question.hpp"
#include "scenario/model.hpp"

namespace lab::predict {

// About its first SYN, and about its first connect() if it has one. None, if no step of it can
// send a SYN. Functions have their IPv4 names; over IPv6 each means its counterpart.
std::vector<Question> questions_about(const scenario::Scenario& scenario);

}  // namespace lab::predict
