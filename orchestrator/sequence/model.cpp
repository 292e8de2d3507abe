// SPDX-License-Identifier: MIT
#include "sequence/model.hpp"

#include <fmt/format.h>

namespace lab::sequence {

std::string StepBegin::numbers() const {
  const std::string first = std::to_string(step->index + 1);
  return also.empty() ? first : fmt::format("{}-{}", first, also.back()->index + 1);
}

}  // namespace lab::sequence
