// SPDX-License-Identifier: MIT
#include "predict/story.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "scenario/step_facts.hpp"

namespace lab::predict {
namespace {

// Its words without the errno that it expects.
std::string words(scenario::Action action) {
  if (auto* connect = std::get_if<scenario::Connect>(&action); connect && connect->wait)
    connect->error = 0;
  if (auto* connected = std::get_if<scenario::Connected>(&action)) connected->error = 0;
  return scenario::describe(action);
}

bool is_of_variant(const scenario::Step& step, const std::string& variant) {
  return !step.when || step.when->variants.empty() ||
         std::ranges::find(step.when->variants, variant) != step.when->variants.end();
}

}  // namespace

void draw_story(draw::Page& page, const scenario::Scenario& scenario) {
  std::string connecting;  // the socket of a connect() that does not wait
  for (std::size_t index = 0; index < scenario.steps.size(); ++index) {
    const scenario::Step& step = scenario.steps[index];
    if (scenario::class_of(step.action) == StepClass::observes ||
        !is_of_variant(step, scenario.variant))
      continue;
    draw::print_hanging(page, 2, fmt::format("{:3}", index + 1), 7, words(step.action));
    const auto* connect = std::get_if<scenario::Connect>(&step.action);
    const auto* connected = std::get_if<scenario::Connected>(&step.action);
    if (connect && connecting.empty()) {
      if (connect->wait) return;
      connecting = connect->socket;
    }
    if (connected && connected->socket == connecting) return;
  }
}

}  // namespace lab::predict
