// SPDX-License-Identifier: MIT
//
// The tunnels that a segment crosses in a namespace, whose outer packets meet its firewall, too.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "filter/ruleset.hpp"
#include "net/netlink.hpp"

namespace lab::filter {

struct Tunnel {
  std::string name, kind;                  // "vx", "vxlan"
  std::string protocol = {};               // of its packets, "udp"; empty: another one than TCP's
  std::optional<std::uint16_t> port = {};  // to which they go; nothing: it has none, or not known
  bool over_inet = true, over_inet6 = true;
};

// Those among these interfaces, the ports of these, and the devices below them. Throws SystemError.
std::vector<Tunnel> tunnels_among(Netlink& netlink, const std::set<std::string>& names);

// Its outer packets that come in, and those that leave, on their ways through the hooks. Pure.
std::vector<SegmentOnWay> outer_packets_of(const Tunnel& tunnel, bool come_in, bool leave);

}  // namespace lab::filter
