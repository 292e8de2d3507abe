// SPDX-License-Identifier: MIT
#include "check/played.hpp"

#include "scenario/condition.hpp"

namespace lab::check {

bool takes_part(const scenario::Scenario& scenario, const Timeline& timeline,
                std::size_t step_index) {
  const auto& when = scenario.steps.at(step_index).when;
  if (when && !scenario::concerns(*when, timeline.family, scenario.variant)) return false;
  const StepRecord* record = record_of(timeline, step_index);
  return !record || record->skipped.empty();
}

}  // namespace lab::check
