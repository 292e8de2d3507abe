// SPDX-License-Identifier: MIT
//
// Predictions beside the facts of one run, as values, as text and as JSON. Pure.
#pragma once

#include <cstddef>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "draw/page.hpp"
#include "predict/answers.hpp"
#include "predict/facts.hpp"
#include "predict/question.hpp"

namespace lab::predict {

struct Compared {
  Question question;
  std::optional<std::string> predicted;
  std::string refused;  // if there is no prediction: why
  Fact fact;

  bool is_observed() const { return fact.value.has_value(); }
  bool is_right() const { return predicted && fact.value && *predicted == *fact.value; }
};

struct Comparison {
  std::string scenario, variant, family, kernel;  // of the run; `variant` may be empty
  std::vector<Compared> all;

  std::size_t right() const;
  std::size_t not_observed() const;
};

Comparison compare(const std::vector<Question>& questions, const Answers& answers,
                   const std::map<std::string, Fact>& facts, const Timeline& timeline);

void draw(draw::Page& page, const Comparison& comparison);

// {"schema": 1, "scenario", "variant", "family", "kernel", "questions": [{"name", "text",
// "one_of", "predicted", "seen", "outcome", "why"}], "right", "of", "not_observed"}. `outcome` is
// right, wrong, not-observed or no-answer; `predicted` and `seen` are null if there is none.
void to_json(nlohmann::json& into, const Comparison& comparison);

}  // namespace lab::predict
