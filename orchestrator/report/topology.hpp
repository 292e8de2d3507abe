// SPDX-License-Identifier: MIT
//
// Hosts as boxes, links as lines between them.
#pragma once

#include "record/timeline.hpp"
#include "report/page.hpp"

namespace lab::report {

// Hosts that form a chain are drawn in a row, hosts without a link beside each
// other. What is not a chain, or is too wide for the page, becomes a list.
void draw_topology(Page& page, const Timeline& timeline);

}  // namespace lab::report
