// SPDX-License-Identifier: MIT
//
// The verbs of all steps.
#pragma once

#include <vector>

#include "language/verb.hpp"

namespace lab::language {

VerbGroup socket_verbs();
VerbGroup host_verbs();
VerbGroup packet_verbs();
VerbGroup program_verbs();
VerbGroup look_verbs();
// Those of ScriptSteps, which have no word in a file.
VerbGroup script_verbs();

// All groups, in the order of the reference.
const std::vector<VerbGroup>& verb_groups();

// The keys of a row in tables:.
const std::vector<Key>& row_keys();

}  // namespace lab::language
