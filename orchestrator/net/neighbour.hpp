// SPDX-License-Identifier: MIT
//
// What stands on a link: addresses, and the neighbours that they are reached by.
#pragma once

#include <string>

#include "net/mac.hpp"
#include "net/netlink.hpp"

namespace lab {

// Adds an address; an IPv6 one without duplicate address detection (RFC 4862,
// 5.4; IFA_F_NODAD). Throws SystemError (EEXIST).
void add_address(Netlink& netlink, int link_index, const Address& address, int prefix_length);

// Waits until the host takes packets to that address of its own. Even without
// duplicate address detection a kernel worker (addrconf_dad_work) is what puts
// an IPv6 address into use; until then packets to it are dropped. Throws
// EnvironmentError at the deadline.
// `vrf`: the index of the VRF that the address is in.
void await_address(Netlink& netlink, const Address& address, const Deadline& deadline,
                   int vrf = 0);

// Enters `address` as reachable at `mac` for good (NUD_PERMANENT), so that no
// ARP or neighbour discovery is needed. Replaces an entry that is there, and
// sends whatever waited in that entry's queue before it returns.
void add_neighbour(Netlink& netlink, int link_index, const Address& address, const Mac& mac);

// Enters `address` as being resolved (NUD_INCOMPLETE). The kernel starts its
// timers and requests only when it makes that state itself; entered by hand it
// lasts, in silence, and packets to it wait in the entry's queue (arp_queue in
// struct neighbour) until add_neighbour(). NTF_EXT_LEARNED keeps the garbage
// collector away.
void add_unresolved_neighbour(Netlink& netlink, int link_index, const Address& address);

// The link-layer address at which the kernel reaches `address`, as it knows now:
// "02:00:00:00:00:01". Empty: it has not found out, or `address` is on no link of
// this namespace. Throws SystemError.
std::string link_address_of(Netlink& netlink, const Address& address);

// Drops what still waits in its queue. An entry that is not there is no error.
void remove_neighbour(Netlink& netlink, int link_index, const Address& address);

}  // namespace lab
