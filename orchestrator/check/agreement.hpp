// SPDX-License-Identifier: MIT
//
// Whether the witnesses of a host's tables show the same.
#pragma once

#include <string>
#include <vector>

#include "check/parts.hpp"

namespace lab::check {

using SeenTable = std::vector<Witnessed> Snapshot::*;

// Of these tables; the snapshot's disagreements may be of others, and count, too.
Check judge_agreement(const Snapshot& snapshot, const std::vector<SeenTable>& tables);

// The last snapshot of this host, or null; and the check for when there is none.
const Snapshot* last_of(const std::vector<Snapshot>& snapshots, const std::string& host);
Check no_snapshot(const Context& context, const std::string& host);

}  // namespace lab::check
