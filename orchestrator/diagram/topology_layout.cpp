// SPDX-License-Identifier: MIT
#include "diagram/topology_layout.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <string>

namespace lab::diagram {

namespace {

using Neighbours = std::vector<std::vector<Neighbour>>;

constexpr auto nowhere = static_cast<std::size_t>(-1);

// Of each host, where a device stands among its interfaces.
std::vector<std::map<std::string, std::size_t>> places_of(const Topology& topology) {
  std::vector<std::map<std::string, std::size_t>> places(topology.hosts.size());
  for (std::size_t host = 0; host < places.size(); ++host)
    for (const Topology::Interface& interface : topology.hosts[host].interfaces)
      places[host].try_emplace(interface.device, places[host].size());
  return places;
}

// The depth of the tree from that host.
std::size_t depth_from(const Neighbours& neighbours, std::size_t root) {
  std::vector<std::size_t> depth(neighbours.size(), nowhere), order{root};
  depth[root] = 0;
  for (std::size_t at = 0; at < order.size(); ++at)
    for (const Neighbour& each : neighbours[order[at]]) {
      if (depth[each.host] != nowhere) continue;
      depth[each.host] = depth[order[at]] + 1;
      order.push_back(each.host);
    }
  return depth[order.back()];
}

// Several links lead to one and the same host, and none to another.
bool has_one_neighbour(const std::vector<Neighbour>& links) {
  return !links.empty() && std::ranges::all_of(links, [&](const Neighbour& each) {
    return each.host == links.front().host;
  });
}

}  // namespace

Neighbours neighbours_of(const Topology& topology) {
  Neighbours all(topology.hosts.size());
  for (std::size_t link = 0; link < topology.links.size(); ++link)
    for (std::size_t end = 0; end < 2; ++end) {
      const auto& ends = topology.links[link].ends;
      all[ends[end].host].push_back({link, end, ends[1 - end].host});
    }
  const auto places = places_of(topology);
  for (std::size_t host = 0; host < all.size(); ++host)
    std::ranges::stable_sort(all[host], {}, [&](const Neighbour& each) {
      const auto place = places[host].find(topology.links[each.link].ends[each.end].device);
      return place == places[host].end() ? nowhere : place->second;
    });
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
  const Neighbours neighbours = neighbours_of(topology);
  Tree tree;
  tree.branches.push_back({root, 0, {}, {}});
  // Of each host, its branch, and of each branch, the one that it hangs from.
  std::vector<std::size_t> branch_of(topology.hosts.size(), nowhere), hangs_from{nowhere};
  branch_of[root] = 0;
  std::vector<bool> drawn(topology.links.size());
  for (std::size_t at = 0; at < tree.branches.size(); ++at) {
    const std::size_t host = tree.branches[at].host;
    for (const Neighbour& each : neighbours[host]) {
      std::size_t& below = branch_of[each.host];
      if (below == nowhere) {
        below = tree.branches.size();
        tree.branches[at].below.push_back(below);
        hangs_from.push_back(at);
        tree.branches.push_back({each.host, tree.branches[at].depth + 1, {}, {}});
      }
      if (hangs_from[below] != at) continue;
      tree.branches[below].up.push_back({each.link, 1 - each.end, host});
      drawn[each.link] = true;
    }
  }
  for (std::size_t link = 0; link < topology.links.size(); ++link)
    if (!drawn[link] && branch_of[topology.links[link].ends[0].host] != nowhere)
      tree.rest.push_back(link);
  return tree;
}

std::vector<std::size_t> roots_of(const Topology& topology, const std::vector<std::size_t>& part) {
  const Neighbours neighbours = neighbours_of(topology);
  std::map<std::size_t, std::size_t> depths;
  for (const std::size_t host : part) depths[host] = depth_from(neighbours, host);
  std::vector<std::size_t> roots = part;
  std::ranges::stable_sort(roots, {}, [&](std::size_t host) { return depths[host]; });
  // An outer host has one neighbour, possibly with several links.
  const auto outer = std::ranges::find_if(
      part, [&](std::size_t host) { return has_one_neighbour(neighbours[host]); });
  if (outer != part.end()) {
    const std::size_t first = *outer;
    std::erase(roots, first);
    roots.insert(roots.begin(), first);
  }
  return roots;
}

}  // namespace lab::diagram
