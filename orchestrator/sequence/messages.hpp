// SPDX-License-Identifier: MIT
//
// Joins flights over single links into messages with all their hops, where hosts forwarded them.
// Pure.
#pragma once

#include <vector>

#include "record/paths.hpp"
#include "sequence/model.hpp"

namespace lab::sequence {

// In the order in which they left. `lanes` contains every host of the flights; sets
// Lane::forwards and Lane::port. `paths` is paths_of(timeline).
//
// A hop continues from the host where the previous one arrived, with the same numbers, flags,
// length and options; NAT may change its ends.
std::vector<Message> messages_of(const Timeline& timeline, const Paths& paths,
                                 std::vector<Lane>& lanes);

}  // namespace lab::sequence
