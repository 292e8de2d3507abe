// SPDX-License-Identifier: MIT
//
// A topology in the languages of graph layout programs.
#pragma once

#include <string>

#include "diagram/topology.hpp"

namespace lab::diagram {

// For Graphviz (https://graphviz.org/doc/info/lang.html).
std::string topology_dot(const Topology& topology);

// For Mermaid, as in Markdown on many sites (https://mermaid.js.org/syntax/flowchart.html).
std::string topology_mermaid(const Topology& topology);

}  // namespace lab::diagram
