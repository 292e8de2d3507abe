// SPDX-License-Identifier: MIT
//
// Where things stand in a drawing of a topology, whatever it is drawn with: which
// hosts hang together, and each such part as a tree that grows from one host to
// the right. Pure; hosts and links are meant by their numbers in the topology.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "diagram/topology.hpp"

namespace lab::diagram {

// One link as one of its hosts sees it.
struct Neighbour {
  std::size_t link, end;  // which link, and which of its ends is this host's
  std::size_t host;       // the one at the far end
};

// Of every host, its links in the order of its interfaces.
std::vector<std::vector<Neighbour>> neighbours_of(const Topology& topology);

// The parts that no link joins, each with its hosts in the order of the topology.
std::vector<std::vector<std::size_t>> parts_of(const Topology& topology);

struct Branch {
  std::size_t host = 0;
  std::size_t depth = 0;           // columns to the right of the root
  std::vector<Neighbour> up;       // the links to the branch that it hangs from; several, maybe
  std::vector<std::size_t> below;  // the branches that hang from it, in the order of its links
};

// The part of the topology that holds `root`, breadth first, the root being the
// first branch. A link between two hosts of which neither hangs from the other
// closes a ring, and stands in `rest`.
struct Tree {
  std::vector<Branch> branches;
  std::vector<std::size_t> rest;
  std::size_t depth() const { return branches.back().depth; }
};
Tree tree_from(const Topology& topology, std::size_t root);

// The hosts from which one would draw a part, the best first: an outer host, so
// that the drawing reads from end to end, then those from which it is least deep.
std::vector<std::size_t> roots_of(const Topology& topology, const std::vector<std::size_t>& part);

}  // namespace lab::diagram
