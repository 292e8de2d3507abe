// SPDX-License-Identifier: MIT
//
// One expected segment against one that was seen, field by field.
#pragma once

#include <optional>
#include <string>

#include "check/segments.hpp"
#include "record/timeline.hpp"
#include "scenario/model.hpp"

namespace lab::check {

// Where the two differ first.
struct Difference {
  std::string field;  // "sequence number"
  std::string seen;   // what stands there, where describe() does not say it: "mss 1400"
  // The segments have nothing to do with each other: what differs is what they are
  // (their ends, their flags), and not what they say.
  bool another = false;
};

// Nothing: it is as expected. Ends and flags come first, because where they
// differ the numbers mean something else, and would only confuse. Numbers of a
// TCP header are compared modulo 2^32. Every value of `expected` is known.
std::optional<Difference> difference(const Timeline& timeline,
                                     const scenario::ExpectedSegment& expected,
                                     const NumberedSegment& seen);

// The name of a value that `expected` needs and no Let step has taken; empty: all
// are known.
std::string unknown_value(const Timeline& timeline, const scenario::ExpectedSegment& expected);

}  // namespace lab::check
