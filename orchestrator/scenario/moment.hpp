// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>

namespace lab::scenario {

// When a step of a packetdrill script happens, or when the segment that it expects arrives. The
// steps of a YAML file have no time: they follow each other.
struct Moment {
  enum class Kind {
    absolute,  // since the first step with a time
    relative,  // since the step before it with a time
    any,       // "*"
  };
  Kind kind = Kind::absolute;
  std::chrono::microseconds begin{0}, end{0};  // equal unless it is a range
  // How far it may be off: this, or so many per cent of the time since the step before it.
  std::chrono::microseconds tolerance{0};
  double tolerance_percent = 0;
};

}  // namespace lab::scenario
