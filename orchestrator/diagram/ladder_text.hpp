// SPDX-License-Identifier: MIT
//
// A ladder on a text page: the hosts' lanes beside each other, time running down.
#pragma once

#include "draw/page.hpp"
#include "draw/style.hpp"
#include "record/timeline.hpp"

namespace lab::diagram {

// In full: nothing is collapsed, and every event of every path has its line. Where a
// check failed, what was expected stands behind the step.
void draw_ladder(draw::Page& page, const Timeline& timeline, draw::Detail detail);

}  // namespace lab::diagram
