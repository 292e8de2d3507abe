// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "net/netlink.hpp"

namespace lab::filter {

// An interface that a segment may cross.
struct FilteredLink {
  int index = 0;
  std::string name;
  std::vector<std::uint32_t> xdp;  // the ids of XDP programs (IFLA_XDP)
};

// Those named, what they are made of (ports of a bond or bridge, the device of a VLAN), and their
// masters. Throws SystemError.
std::vector<FilteredLink> filtered_links(Netlink& netlink, const std::set<std::string>& names);

// The filters of traffic control at both directions of the link, by kind ("bpf", "flower"), as
// "bpf on eth0 ingress". Throws SystemError.
std::vector<std::string> tc_filters(Netlink& netlink, const FilteredLink& link);

// The queueing disciplines of the link that drop or keep packets on purpose, "netem on eth0", or
// that are too small for any, "pfifo (limit 0) on eth0": not those that only order them, or drop
// where the link is too slow. Throws SystemError.
std::vector<std::string> lossy_qdiscs(Netlink& netlink, const FilteredLink& link);

}  // namespace lab::filter
