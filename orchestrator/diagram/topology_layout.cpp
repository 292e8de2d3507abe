// SPDX-License-Identifier: MIT
#include "diagram/topology_layout.hpp"

#include <algorithm>
#include <set>

namespace lab::diagram {

std::vector<std::vector<Neighbour>> neighbours_of(const Topology& topology) {
  std::vector<std::vector<Neighbour>> all(topology.hosts.size());
  const auto place = [&](std::size_t host, const Neighbour& neighbour) {
    const auto& interfaces = topology.hosts[host].interfaces;
    const auto& device = topology.links[neighbour.link].ends[neighbour.end].device;
    return std::ranges::find(interfaces, device, &Topology::Interface::device) - interfaces.begin();
  };
  for (std::size_t link = 0; link < topology.links.size(); ++link)
    for (std::size_t end = 0; end < 2; ++end) {
      const auto& ends = topology.links[link].ends;
      all[ends[end].host].push_back({link, end, ends[1 - end].host});
    }
  for (std::size_t host = 0; host < all.size(); ++host)
    std::ranges::stable_sort(all[host], {},
                             [&](const Neighbour& each) { return place(host, each); });
  return all;
}

std::vector<std::vector<std::size_t>> parts_of(const Topology& topology) {
  std::vector<std::vector<std::size_t>> parts;
  std::set<std::size_t> done;
  for (std::size_t host = 0; host < topology.hosts.size(); ++host) {
    if (done.contains(host)) continue;
    std::vector<std::size_t>& part = parts.emplace_back();
    for (const Branch& branch : tree_from(topology, host).branches) part.push_back(branch.host);
    std::ranges::sort(part);
    done.insert(part.begin(), part.end());
  }
  return parts;
}

Tree tree_from(const Topology& topology, std::size_t root) {
  const auto neighbours = neighbours_of(topology);
  Tree tree;
  tree.branches.push_back({root, 0, {}, {}});
  std::set<std::size_t> reached{root};
  std::vector<bool> drawn(topology.links.size());
  for (std::size_t at = 0; at < tree.branches.size(); ++at) {
    const std::size_t host = tree.branches[at].host;
    for (const Neighbour& each : neighbours[host]) {
      if (!reached.insert(each.host).second) continue;
      Branch below{each.host, tree.branches[at].depth + 1, {}, {}};
      for (const Neighbour& link : neighbours[host])
        if (link.host == each.host) {
          below.up.push_back({link.link, 1 - link.end, host});
          drawn[link.link] = true;
        }
      tree.branches[at].below.push_back(tree.branches.size());
      tree.branches.push_back(std::move(below));
    }
  }
  for (std::size_t link = 0; link < topology.links.size(); ++link)
    if (!drawn[link] && reached.contains(topology.links[link].ends[0].host))
      tree.rest.push_back(link);
  return tree;
}

std::vector<std::size_t> roots_of(const Topology& topology, const std::vector<std::size_t>& part) {
  std::vector<std::size_t> roots = part;
  std::ranges::stable_sort(roots, {},
                           [&](std::size_t host) { return tree_from(topology, host).depth(); });
  // An outer host has one neighbour, possibly with several links.
  const auto outer = std::ranges::find_if(part, [&](std::size_t host) {
    return tree_from(topology, host).branches.front().below.size() == 1;
  });
  if (outer != part.end()) {
    const std::size_t first = *outer;
    std::erase(roots, first);
    roots.insert(roots.begin(), first);
  }
  return roots;
}

}  // namespace lab::diagram
