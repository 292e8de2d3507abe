// SPDX-License-Identifier: MIT
//
// When a Condition holds, as far as values decide it. Pure; any
// thread may call them.
#pragma once

#include <string_view>
#include <vector>

#include "scenario/model.hpp"
#include "scenario/reading.hpp"

namespace lab::scenario {

// A kernel's version as far as scenarios compare it: "6.12".
struct KernelVersion {
  int major_number = 0;
  int minor_number = 0;
  auto operator<=>(const KernelVersion&) const = default;
};

struct KernelBound {
  enum class Relation { at_least, above, at_most, below, equal };
  Relation relation = Relation::at_least;
  KernelVersion version;
};

// ">=6.8 <6.12": each must hold.
using KernelRange = std::vector<KernelBound>;

// Throws Problem, with what to write instead.
KernelRange parse_kernel_range(std::string_view text, Position at);

// Whether a kernel of this release ("6.12.94-amd64", uname -r) is in the range.
// A text that does not begin with a version is in none.
bool holds(const KernelRange& range, std::string_view release);

// Whether the condition is about a play over this family of this variant. What
// does not concern a play leaves no trace in it.
bool concerns(const Condition& condition, Family family, std::string_view variant);

}  // namespace lab::scenario
