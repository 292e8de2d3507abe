// SPDX-License-Identifier: MIT
#include "record/lookup.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace lab {
namespace {

nlohmann::json to_object(const LookupStep& step) {
  nlohmann::json object = {{"step", to_string(step.step)}, {"result", to_string(step.result)}};
  if (step.bucket) object["bucket"] = *step.bucket;
  if (step.walked) object["walked"] = *step.walked;
  if (step.score) object["score"] = *step.score;
  if (step.socket) object["socket"] = *step.socket;
  return object;
}

}  // namespace

const LookupStep* LookupAnswer::find(LookupStepName step) const {
  const auto found = std::find_if(steps.begin(), steps.end(),
                                  [step](const LookupStep& each) { return each.step == step; });
  return found == steps.end() ? nullptr : &*found;
}

void to_json(nlohmann::json& into, const Tuple& tuple) {
  into = {{"source", tuple.source.str()}, {"destination", tuple.destination.str()}};
  if (!tuple.device.empty()) into["device"] = tuple.device;
}

void to_json(nlohmann::json& into, const LookupAnswer& answer) {
  into = {{"tuple", answer.tuple},
          {"steps", nlohmann::json::array()},
          {"verdict", to_string(answer.verdict)},
          {"handler", answer.handler},
          {"agrees", answer.agrees}};
  for (const auto& step : answer.steps) into["steps"].push_back(to_object(step));
  if (!answer.caveat.empty()) into["caveat"] = answer.caveat;
}

}  // namespace lab
