// SPDX-License-Identifier: MIT
//
// Checks that the witnesses of a host's tables agree.
#pragma once

#include <string>
#include <vector>

#include "check/parts.hpp"

namespace lab::check {

using SeenTable = std::vector<Witnessed> Snapshot::*;

// For these tables. The snapshot's disagreements count even if they are about others.
Check judge_agreement(const Snapshot& snapshot, const std::vector<SeenTable>& tables);

// The last snapshot of this host, or null; and the check to use then.
const Snapshot* last_of(const std::vector<Snapshot>& snapshots, const std::string& host);
Check no_snapshot(const Context& context, const std::string& host);

}  // namespace lab::check
