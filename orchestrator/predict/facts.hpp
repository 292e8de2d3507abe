// SPDX-License-Identifier: MIT
//
// The answers to the questions about a scenario (questions.hpp), computed from what the witnesses
// of a run saw. Pure.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "record/timeline.hpp"
#include "scenario/model.hpp"

namespace lab::predict {

struct Fact {
  std::optional<std::string> value;  // one of the question's answers
  std::string why_not;               // if there is no value: why it was not observed
};

// By question. `scenario` is the one that was run, as the same variant. A witness that has lost
// something proves no absence, so nothing is concluded from what it did not see.
std::map<std::string, Fact> facts_of(const Timeline& timeline,
                                     const scenario::Scenario& scenario);

}  // namespace lab::predict
