// SPDX-License-Identifier: MIT
#include <algorithm>
#include <map>
#include <set>

#include "sequence/sequence.hpp"

namespace lab::sequence {
namespace {

using Neighbours = std::map<std::string, std::vector<std::string>>;

Neighbours neighbours_of(const Timeline& timeline) {
  Neighbours neighbours;
  for (const auto& [one, other] : timeline.links) {
    const std::string a = one.substr(0, one.find(':')), b = other.substr(0, other.find(':'));
    neighbours[a].push_back(b);
    neighbours[b].push_back(a);
  }
  return neighbours;
}

// Follows the links from a host, one branch after the other.
void walk(const std::string& host, const Neighbours& neighbours, std::set<std::string>& reached,
          std::vector<std::string>& order) {
  if (!reached.insert(host).second) return;
  order.push_back(host);
  const auto own = neighbours.find(host);
  if (own == neighbours.end()) return;
  for (const std::string& next : own->second) walk(next, neighbours, reached, order);
}

}  // namespace

std::vector<std::string> hosts_in_order(const Timeline& timeline) {
  const Neighbours neighbours = neighbours_of(timeline);
  const auto is_end = [&neighbours](const std::string& host) {
    const auto own = neighbours.find(host);
    return own == neighbours.end() || own->second.size() == 1;
  };
  std::set<std::string> reached;
  std::vector<std::string> order;
  // Begins at an end of the chain, if there is one.
  for (const HostRecord& host : timeline.hosts)
    if (is_end(host.name)) walk(host.name, neighbours, reached, order);
  for (const HostRecord& host : timeline.hosts) walk(host.name, neighbours, reached, order);
  return order;
}

}  // namespace lab::sequence
