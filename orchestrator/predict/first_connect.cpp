// SPDX-License-Identifier: MIT
#include "predict/first_connect.hpp"

#include <algorithm>
#include <cerrno>

namespace lab::predict {
namespace {

// Null: it was not played.
const Played* played(const Timeline& timeline, std::size_t index) {
  const StepRecord* record = record_of(timeline, index);
  return record && record->skipped.empty() ? &record->played : nullptr;
}

}  // namespace

bool connects(const scenario::Scenario& scenario) {
  return std::ranges::any_of(scenario.steps, [](const scenario::Step& step) {
    return std::holds_alternative<scenario::Connect>(step.action);
  });
}

FirstConnect first_connect(const Timeline& timeline, const scenario::Scenario& scenario) {
  FirstConnect first;
  for (std::size_t index = 0; index < scenario.steps.size() && !first.outcome; ++index) {
    const scenario::Action& action = scenario.steps[index].action;
    const Played* result = played(timeline, index);
    if (!result) continue;
    if (const auto* connect = std::get_if<scenario::Connect>(&action);
        connect && first.socket.empty()) {
      first.socket = connect->socket;
      if (connect->wait || result->error != EINPROGRESS) first.outcome = result;
    } else if (const auto* connected = std::get_if<scenario::Connected>(&action);
               connected && connected->socket == first.socket) {
      first.outcome = result;
    }
  }
  return first;
}

}  // namespace lab::predict
