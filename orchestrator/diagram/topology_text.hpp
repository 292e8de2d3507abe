// SPDX-License-Identifier: MIT
//
// Hosts as boxes, links as lines between them, in characters.
#pragma once

#include "diagram/topology.hpp"
#include "draw/page.hpp"

namespace lab::diagram {

// Hosts without links are next to each other. A tree, such as a chain or a star, grows from one
// host to the right:
//
//	╭───────────────╮              ╭────────────────────╮
//	│ client        │              │ server             │
//	│ eth0 10.0.0.1 ├──────────────┤ eth0 10.0.0.2      │
//	╰───────────────╯              │                    │     ╭───────────────╮
//	                               │      eth1 10.0.1.2 ├─────┤ eth0 10.0.1.1 │
//
// A topology with a ring, or a wider one, is one column of boxes with the links as arcs next to
// it. If that is too wide, it is a list.
void draw_topology(draw::Page& page, const Topology& topology);

}  // namespace lab::diagram
