// SPDX-License-Identifier: MIT
#include "report/known.hpp"

#include <fmt/format.h>

namespace lab::report {

Timeline known_of(const PlayResult& result) {
  Timeline timeline;
  timeline.scenario = result.scenario;
  timeline.file = result.file;
  timeline.variant = result.variant;
  timeline.family = result.family;
  if (result.ending == PlayResult::Ending::died) timeline.aborted = result.why;
  if (result.failure && result.failure->step.number > 0)
    timeline.aborted +=
        fmt::format(", in step {}: {}", result.failure->step.number, result.failure->step.text);
  return timeline;
}

}  // namespace lab::report
