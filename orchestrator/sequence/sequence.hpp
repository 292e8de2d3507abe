// SPDX-License-Identifier: MIT
//
// Makes a sequence (model.hpp) of a run, which the ladders draw. Pure.
#pragma once

#include <string>
#include <vector>

#include "sequence/model.hpp"

namespace lab::sequence {

struct SequenceSettings {
  bool collapse = true;  // merge similar rows, and steps that only prepare or observe
};

Sequence sequence_of(const Timeline& timeline, const SequenceSettings& settings = {});

// The hosts in the order of the links, so that neighbours are next to each other if possible.
std::vector<std::string> hosts_in_order(const Timeline& timeline);

}  // namespace lab::sequence
