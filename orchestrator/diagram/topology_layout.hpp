// SPDX-License-Identifier: MIT
//
// The layout of a topology for any drawing: its connected parts, and each part as a tree that
// grows from one host to the right. Pure. Hosts and links are indices in the topology.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "diagram/topology.hpp"

namespace lab::diagram {

// One link from the view of one of its hosts.
struct Neighbour {
  std::size_t link, end;  // the link, and this host's end of it
  std::size_t host;       // the host at the other end
};

// For every host, its links in the order of its interfaces.
std::vector<std::vector<Neighbour>> neighbours_of(const Topology& topology);

// The connected parts, each with its hosts in the order of the topology.
std::vector<std::vector<std::size_t>> parts_of(const Topology& topology);

struct Branch {
  std::size_t host = 0;
  std::size_t depth = 0;           // columns to the right of the root
  std::vector<Neighbour> up;       // the links to the parent branch; possibly several
  std::vector<std::size_t> below;  // the child branches, in the order of its links
};

// The part of the topology that contains `root`, breadth first, beginning with the root. A link
// between two hosts of which neither is the other's parent closes a ring and is in `rest`.
struct Tree {
  std::vector<Branch> branches;
  std::vector<std::size_t> rest;
  std::size_t depth() const { return branches.back().depth; }
};
Tree tree_from(const Topology& topology, std::size_t root);

// The candidates for the root of a part, best first: an outer host, so that the drawing reads from
// end to end, then hosts that give the least depth.
std::vector<std::size_t> roots_of(const Topology& topology, const std::vector<std::size_t>& part);

}  // namespace lab::diagram
