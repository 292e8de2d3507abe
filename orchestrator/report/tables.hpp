// SPDX-License-Identifier: MIT
//
// The kernel's tables as the witnesses showed them, and each socket's states during the run.
#pragma once

#include <string>

#include "draw/page.hpp"
#include "record/entries.hpp"
#include "record/timeline.hpp"

namespace lab::report {

// One host at one moment: one line per socket, one column per witness.
void draw_snapshot(draw::Page& page, const Timeline& timeline, const Snapshot& snapshot);

// The last snapshot of each host; nothing if there is none.
void draw_last_snapshots(draw::Page& page, const Timeline& timeline);

// "left  l  SYN-SENT ▶ SYN-RECEIVED ▶ ESTABLISHED", from all snapshots.
void draw_lives(draw::Page& page, const Timeline& timeline);

}  // namespace lab::report
