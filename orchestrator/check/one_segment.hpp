// SPDX-License-Identifier: MIT
//
// Compares an expected segment with a seen one, field by field.
#pragma once

#include <optional>
#include <string>

#include "check/segments.hpp"
#include "record/timeline.hpp"
#include "scenario/model.hpp"

namespace lab::check {

// How a segment differs.
struct Difference {
  std::string field;  // the first field that differs: "flags"
  // All of them in words: "RST ACK instead of SYN ACK"; "seq 5 instead of 1, no mss".
  std::string seen;
  // True: it is another segment, with other ends or flags, and not only other numbers.
  bool another = false;
};

// Nothing: they match. Compares flags and ends first: if they differ, other numbers are
// meaningless, and nothing else is reported. Compares numbers of a TCP header modulo 2^32. Every
// $value in `expected` must be known.
std::optional<Difference> difference(const Timeline& timeline,
                                     const scenario::ExpectedSegment& expected,
                                     const NumberedSegment& seen);

// The name of a $value in `expected` that no Let step has set; empty: all are set.
std::string unknown_value(const Timeline& timeline, const scenario::ExpectedSegment& expected);

}  // namespace lab::check
