// SPDX-License-Identifier: MIT
//
// What is configured on a link: addresses and neighbours.
#pragma once

#include <optional>
#include <string>

#include "net/mac.hpp"
#include "net/netlink.hpp"
#include "net/route.hpp"
#include "record/interface.hpp"

namespace lab {

// Adds an address; an IPv6 one without duplicate address detection (RFC 4862,
// 5.4; IFA_F_NODAD). Throws SystemError (EEXIST).
void add_address(Netlink& netlink, int link_index, const Address& address, int prefix_length);

// Waits until the host accepts packets to its own address. Even without duplicate
// address detection a kernel worker (addrconf_dad_work) must first enable an IPv6
// address; until then packets to it are dropped. Throws EnvironmentError at the
// deadline.
// `vrf`: the index of the VRF that the address is in.
void await_address(Netlink& netlink, const Address& address, const Deadline& deadline, int vrf = 0);

// Enters `address` as permanently reachable at `mac` (NUD_PERMANENT), so that no
// ARP or neighbour discovery is needed. Replaces an existing entry, and sends what
// waits in that entry's queue before it returns.
void add_neighbour(Netlink& netlink, int link_index, const Address& address, const Mac& mac);

// Enters `address` as being resolved (NUD_INCOMPLETE). The kernel starts timers and
// sends requests only for entries that it makes itself; this one stays, sends
// nothing, and packets to it wait in its queue (arp_queue in struct neighbour) until
// add_neighbour(). NTF_EXT_LEARNED protects it from garbage collection.
void add_unresolved_neighbour(Netlink& netlink, int link_index, const Address& address);

// The link-layer address at which the kernel currently reaches `address`:
// "02:00:00:00:00:01". Empty: unresolved, or `address` is on no link of this
// namespace. Throws SystemError.
std::string link_address_of(Netlink& netlink, const Address& address);

// The next hop of a packet that routing sends as `question` says, if it does not answer ARP or
// neighbour discovery: the kernel's entry is NUD_INCOMPLETE or NUD_FAILED. Throws SystemError.
std::optional<SilentNeighbour> silent_neighbour(Netlink& netlink, const RouteQuestion& question);

// The next hop of a packet to `destination` that takes this route. Nothing: it goes to no
// neighbour. Throws SystemError.
std::optional<NextHop> next_hop_of(Netlink& netlink, const RouteAnswer& route,
                                   const Address& destination);

// Drops what still waits in its queue. A missing entry is not an error.
void remove_neighbour(Netlink& netlink, int link_index, const Address& address);

}  // namespace lab
