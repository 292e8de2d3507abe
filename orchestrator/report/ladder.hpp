// SPDX-License-Identifier: MIT
//
// The packets of a run as a sequence diagram: one ladder for each pair of
// hosts that exchanged any, time running down, the two hosts as its posts.
#pragma once

#include "record/timeline.hpp"
#include "report/page.hpp"

namespace lab::report {

void draw_packets(Page& page, const Timeline& timeline);

}  // namespace lab::report
