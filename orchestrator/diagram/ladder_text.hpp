// SPDX-License-Identifier: MIT
//
// Draws a ladder on a text page, with time running down.
#pragma once

#include "draw/page.hpp"
#include "draw/style.hpp"
#include "record/timeline.hpp"

namespace lab::diagram {

// In full detail, nothing is collapsed and every event of every segment trace has a line. After
// a step with failed checks, prints what was expected.
void draw_ladder(draw::Page& page, const Timeline& timeline, draw::Detail detail);

}  // namespace lab::diagram
