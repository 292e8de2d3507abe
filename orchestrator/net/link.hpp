// SPDX-License-Identifier: MIT
//
// Links: veth pairs between two namespaces, and lo. A lab link is silent: the
// only packets on it are those that a scenario causes.
//  - IFF_NOARP: no ARP and no neighbour discovery, and so no solicited-node
//    group and no MLD report for it (addrconf_join_solict). The neighbours are
//    entered explicitly (neighbour.hpp).
//  - No link-local address is generated, so no router is solicited.
//  - Offloads are those of veth, as of a network card: a capture sees one long segment where TSO
//    or GSO leaves the cutting to the card. Without them (disable_offloads()) it sees what would
//    be on a wire, checksums filled in and segments no longer than the MTU.
#pragma once

#include <string>

#include "net/mac.hpp"
#include "net/netlink.hpp"

namespace lab {

constexpr int loopback_index = 1;  // LOOPBACK_IFINDEX, net/net_namespace.h

struct LinkEnd {
  std::string name;  // "eth0"
  Mac mac;
  // The index that it gets. Set by the caller, so that it need not be queried
  // afterwards. Unused in its namespace, and not 0; lo has 1.
  int index = 0;
  int mtu = 0;  // bytes; 0: the kernel's default. IPv6 needs 1280 (RFC 8200, section 5)
};

// Whether this kernel makes veth pairs. None is made: what the kernel says to a request
// for one that cannot be is enough, and to remove one takes some 15 ms. Also true where we
// may not ask.
bool has_veth(Netlink& netlink);

// A veth pair with one end in `here`'s namespace and the other in `there`, both
// down, by one request. Call silence_ipv6() on both namespaces before.
// Throws SystemError.
void add_veth(Netlink& here, const LinkEnd& near, const Namespace& there, const LinkEnd& far);

// Links made from now on in this namespace generate no link-local address.
// Does nothing in a kernel without IPv6.
void silence_ipv6(const Namespace& space);

// The kernel does checksums and segmentation before a capture sees a packet.
void disable_offloads(Netlink& netlink, const std::string& name);

// Ready for addresses; packets pass once both ends are up and await_running()
// has returned.
void set_link_up(Netlink& netlink, const LinkEnd& end);
void set_loopback_up(Netlink& netlink);
void set_link_down(Netlink& netlink, const LinkEnd& end);
void set_loopback_down(Netlink& netlink);

// Removes both ends and their queued packets. Throws SystemError.
void remove_link(Netlink& netlink, const LinkEnd& end);

// Waits until the link carries packets. The end that was set up first learns from a
// kernel worker (linkwatch_event) that the other is up; until then it silently drops
// everything. Throws EnvironmentError at the deadline.
void await_running(Netlink& netlink, const LinkEnd& end, const Deadline& deadline);

// The alias of an interface, a free text (IFLA_IFALIAS; at most 255 bytes). Empty:
// none. Throw SystemError.
void set_alias(Netlink& netlink, const LinkEnd& end, const std::string& alias);
std::string alias_of(Netlink& netlink, const LinkEnd& end);

// The MTU of an interface of that namespace, in bytes. Throws SystemError (ENODEV).
int mtu_of(const Namespace& space, const std::string& name);

// The index of an interface of that namespace. Throws SystemError (ENODEV).
int index_of(Netlink& netlink, const std::string& name);

}  // namespace lab
