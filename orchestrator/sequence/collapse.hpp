// SPDX-License-Identifier: MIT
//
// Collapses long sequences of similar rows into one row: segments of a transfer and their
// acknowledgments, retransmissions of one segment, pings; and exchanges that repeat with other
// ports or numbers, such as connects that are refused one after the other.
#pragma once

#include "sequence/model.hpp"

namespace lab::sequence {

// Replaces similar rows by Collapsed ones, but keeps the first and last of them. Never collapses
// rows in which a state changed, a segment was lost or held, or a step began.
void collapse(Sequence& sequence);

}  // namespace lab::sequence
