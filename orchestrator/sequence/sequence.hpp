// SPDX-License-Identifier: MIT
//
// A run as a sequence (model.hpp), which the ladders draw. Pure.
#pragma once

#include <string>
#include <vector>

#include "sequence/model.hpp"

namespace lab::sequence {

struct SequenceSettings {
  bool collapse = true;  // long stretches of the same; and steps that only prepare, or only look
};

Sequence sequence_of(const Timeline& timeline, const SequenceSettings& settings = {});

// The hosts in the order in which the links join them, so that neighbours stand beside
// each other wherever they can.
std::vector<std::string> hosts_in_order(const Timeline& timeline);

}  // namespace lab::sequence
