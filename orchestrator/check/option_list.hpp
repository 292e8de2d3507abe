// SPDX-License-Identifier: MIT
//
// Compares an exact list of TCP options with those of a captured segment. Pure.
#pragma once

#include <string>
#include <vector>

#include "check/header_fields.hpp"
#include "check/segments.hpp"
#include "record/timeline.hpp"
#include "scenario/listed_option.hpp"

namespace lab::check {

// The options of the segment as a file writes them: "<mss 1460,sackOK,ts +0:0,nop,wscale 7>". SACK
// blocks count like acknowledgment numbers. A timestamp counts from the first one that the end has
// sent ("+0") if the expected option in its place does so, or if no option is expected there.
std::string options_in_words(const Timeline& timeline, const NumberedSegment& seen,
                             const HeaderFields& fields,
                             const std::vector<scenario::ListedOption>& expected);

// Whether they are these, in this order. Every $value must be known.
bool same_options(const Timeline& timeline, const NumberedSegment& seen,
                  const HeaderFields& fields, const std::vector<scenario::ListedOption>& expected);

}  // namespace lab::check
