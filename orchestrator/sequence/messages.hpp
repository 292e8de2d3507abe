// SPDX-License-Identifier: MIT
//
// What crossed, each with all of its hops: flights over single links are joined into
// chains of hops, wherever a host has passed on what came in. Pure.
#pragma once

#include <vector>

#include "record/paths.hpp"
#include "sequence/model.hpp"

namespace lab::sequence {

// In the order in which they left. `lanes` are those of the sequence, in which every
// host of a flight stands; sets Lane::forwards and Lane::port. `paths` are
// paths_of(timeline).
//
// A hop goes on from the host at which the one before arrived, with the same numbers,
// flags, length and options; its ends may be others, which is what NAT does.
std::vector<Message> messages_of(const Timeline& timeline, const Paths& paths,
                                 std::vector<Lane>& lanes);

}  // namespace lab::sequence
