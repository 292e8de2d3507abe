// SPDX-License-Identifier: MIT
//
// Long stretches of a sequence that look alike, in one row each: a transfer's segments
// and their acknowledgments, one segment that is sent again and again, pings.
#pragma once

#include "sequence/model.hpp"

namespace lab::sequence {

// Replaces rows by Collapsed ones. Of a stretch its beginning and its end stay, so that
// one sees from where to where it goes. Nothing is collapsed in which a state changed, a
// segment was lost or held, or a step began.
void collapse(Sequence& sequence);

}  // namespace lab::sequence
