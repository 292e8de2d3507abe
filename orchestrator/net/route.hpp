// SPDX-License-Identifier: MIT
#pragma once

#include <optional>

#include "net/netlink.hpp"

namespace lab {

// A unicast route of the main table.
struct Route {
  Address destination;  // any(), with prefix_length 0: the default route
  int prefix_length = 0;
  int link_index = 0;
  std::optional<Address> gateway;   // none: the destination is on the link
  bool gateway_is_on_link = false;  // RTNH_F_ONLINK: do not ask how to reach the gateway
  std::optional<Address> source;    // RTA_PREFSRC: for sockets that have not bound
};

// Throws SystemError (EEXIST).
void add_route(Netlink& netlink, const Route& route);
// Replaces the route to the same destination. Sockets look their route up again
// before they send the next packet: the change makes cached ones stale
// (rt_genid_bump_ipv4, fib6_update_sernum).
void replace_route(Netlink& netlink, const Route& route);
void remove_route(Netlink& netlink, const Route& route);

// Whether the host takes packets to `address` as its own (RTN_LOCAL).
bool is_local(Netlink& netlink, const Address& address);

// The source address that the kernel picks for a packet to `destination`;
// nothing when it names none. Throws SystemError (ENETUNREACH).
std::optional<Address> source_towards(Netlink& netlink, const Address& destination);

}  // namespace lab
