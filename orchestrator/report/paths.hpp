// SPDX-License-Identifier: MIT
//
// The run as one story: under each step the packets that crossed, under each
// packet the path that it took through the kernel of the host that received it,
// and in between the changes of state that no packet brought about.
#pragma once

#include "record/timeline.hpp"
#include "report/page.hpp"

namespace lab::report {

// Nothing when there is no trace and no reason is given for it.
void draw_paths(Page& page, const Timeline& timeline);

}  // namespace lab::report
