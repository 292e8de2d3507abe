// SPDX-License-Identifier: MIT
//
// The verbs of all steps.
#pragma once

#include <vector>

#include "scenario/verb.hpp"

namespace lab::scenario {

VerbGroup socket_verbs();
VerbGroup host_verbs();
VerbGroup packet_verbs();
VerbGroup program_verbs();
VerbGroup look_verbs();
// Those of ScriptSteps, which have no word in a file.
VerbGroup script_verbs();

// All groups, in the order of the reference.
const std::vector<VerbGroup>& verb_groups();

// The optional keys of a step.
const std::vector<Key>& step_keys();
// The keys of a step's when:, and of a scenario's needs:.
const std::vector<Key>& when_keys();
const std::vector<Key>& need_keys();
// The keys of a row in tables:.
const std::vector<Key>& row_keys();
// The keys of topology:, of a host and of a link.
const std::vector<Key>& topology_keys();
const std::vector<Key>& host_keys();
const std::vector<Key>& link_keys();
// The keys of the file and of a loop.
const std::vector<Key>& scenario_keys();
const std::vector<Key>& loop_keys();

}  // namespace lab::scenario
