// SPDX-License-Identifier: MIT
//
// Evaluates the parts of a Condition that depend only on values. Pure and thread-safe.
#pragma once

#include <string_view>
#include <vector>

#include "scenario/model.hpp"

namespace lab::scenario {

// The part of a kernel's version that scenarios compare: "6.12".
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

// ">=6.8 <6.12": all must hold.
using KernelRange = std::vector<KernelBound>;

// Throws yaml::Problem, with what to write instead.
KernelRange parse_kernel_range(std::string_view text, Position at);

// Whether a kernel of this release ("6.12.94-amd64", uname -r) is in the range.
// A text that does not begin with a version is in no range.
bool holds(const KernelRange& range, std::string_view release);

// Whether the condition concerns a play of this family and variant. If not, the play does not
// record it.
bool concerns(const Condition& condition, Family family, std::string_view variant);

}  // namespace lab::scenario
