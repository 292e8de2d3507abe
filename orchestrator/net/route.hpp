// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>

#include "net/netlink.hpp"
#include "record/interface.hpp"

namespace lab {

constexpr std::uint32_t main_table = 254;  // RT_TABLE_MAIN, linux/rtnetlink.h

// A unicast route.
struct Route {
  Address destination;  // any(), with prefix_length 0: the default route
  int prefix_length = 0;
  int link_index = 0;
  std::optional<Address> gateway;   // none: the destination is on the link
  bool gateway_is_on_link = false;  // RTNH_F_ONLINK: do not ask how to reach the gateway
  std::optional<Address> source;    // RTA_PREFSRC: for sockets that have not bound
  std::uint32_t table = main_table;
  std::uint32_t metric = 0;  // the lower one is used; 0: the kernel's choice, 0 or (IPv6) 1024
};

RouteType route_type_from(int type);  // RTN_LOCAL, …

// Throws SystemError (EEXIST).
void add_route(Netlink& netlink, const Route& route);
// Replaces the route to the same destination. Sockets look their route up again
// before they send the next packet: the change makes cached ones stale
// (rt_genid_bump_ipv4, fib6_update_sernum).
void replace_route(Netlink& netlink, const Route& route);
// Does nothing if there is no such route: the kernel removes a route itself when its
// device goes down.
void remove_route(Netlink& netlink, const Route& route);

// Whether the host accepts packets to `address` as its own (RTN_LOCAL).
bool is_local(Netlink& netlink, const Address& address);

// The source address that the kernel picks for a packet to `destination`;
// nothing when it names none. Throws SystemError (ENETUNREACH).
std::optional<Address> source_towards(Netlink& netlink, const Address& destination);

// What policy rules may look at besides addresses and interfaces. A port of 0, and a uid or
// mark that is not there, is not asked about: the kernel then takes the caller's uid, and 0.
struct TcpFlow {
  std::uint16_t source_port = 0, destination_port = 0;
  std::optional<std::uint32_t> uid = {};
  std::uint32_t mark = 0;
  bool is_icmp = false;  // an ICMP error instead: it has no ports
};

// A question to the routing tables: about a packet from here or, with `arrives_on`,
// one that comes in. Interfaces by index, 0: not given.
struct RouteQuestion {
  Address destination;
  std::optional<Address> source = std::nullopt;
  int arrives_on = 0;
  int leaves_by = 0;  // from a socket that is bound to this interface or VRF
  std::optional<TcpFlow> flow = std::nullopt;
  // The entry of a table that matches, and nothing else: where `leaves_by` has none, the kernel
  // takes an IPv4 destination for one on that link (ip_route_output_key_hash_rcu()).
  bool by_entry_alone = false;
};

// That the kernel would refuse the packet is an answer, too. Throws SystemError when
// the request failed.
RouteAnswer ask_route(Netlink& netlink, const RouteQuestion& question);

}  // namespace lab
