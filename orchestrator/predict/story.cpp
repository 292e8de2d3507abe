// SPDX-License-Identifier: MIT
#include "predict/story.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "language/step_facts.hpp"

namespace lab::predict {
namespace {

// Its words without the errno that it expects.
std::string words(scenario::Action action) {
  if (auto* connect = std::get_if<scenario::Connect>(&action); connect && connect->wait)
    connect->error = 0;
  if (auto* connected = std::get_if<scenario::Connected>(&action)) connected->error = 0;
  return language::describe(action);
}

bool is_of_variant(const scenario::Step& step, const std::string& variant) {
  return !step.when || step.when->variants.empty() ||
         std::ranges::find(step.when->variants, variant) != step.when->variants.end();
}

}  // namespace

std::vector<StoryStep> story_of(const scenario::Scenario& scenario) {
  std::vector<StoryStep> story;
  std::string connecting;  // the socket of a connect() that does not wait
  for (std::size_t index = 0; index < scenario.steps.size(); ++index) {
    const scenario::Step& step = scenario.steps[index];
    if (language::class_of(step.action) == StepClass::observes ||
        !is_of_variant(step, scenario.variant))
      continue;
    story.push_back({index + 1, words(step.action)});
    const auto* connect = std::get_if<scenario::Connect>(&step.action);
    const auto* connected = std::get_if<scenario::Connected>(&step.action);
    if (connect && connecting.empty()) {
      if (connect->wait) break;
      connecting = connect->socket;
    }
    if (connected && connected->socket == connecting) break;
  }
  return story;
}

void draw_story(draw::Page& page, const scenario::Scenario& scenario) {
  for (const StoryStep& step : story_of(scenario))
    draw::print_hanging(page, 2, fmt::format("{:3}", step.number), 7, step.words);
}

}  // namespace lab::predict
