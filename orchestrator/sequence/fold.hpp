// SPDX-License-Identifier: MIT
//
// Long stretches of a sequence that look alike, told in one row: a transfer's segments
// and their acknowledgments, one segment that is sent again and again, pings.
#pragma once

#include "sequence/sequence.hpp"

namespace lab::sequence {

// Replaces rows by Folded ones. Of a stretch its beginning and its end stay, so that
// one sees from where to where it goes. Nothing is folded in which a state changed, a
// segment was lost or held, or a step began.
void fold(Sequence& sequence);

}  // namespace lab::sequence
