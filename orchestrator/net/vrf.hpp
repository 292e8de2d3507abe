// SPDX-License-Identifier: MIT
//
// Virtual routing and forwarding: a device whose interfaces have a routing table
// of their own (Documentation/networking/vrf.rst). A socket that is bound to the
// device, and a packet that came in by one of its interfaces, see that table;
// unbound sockets see neither (net.ipv4.tcp_l3mdev_accept).
#pragma once

#include <cstdint>
#include <string>

#include "net/link.hpp"

namespace lab {

// The device, up. Its routing table is `table`; its index is as in LinkEnd.
// False: this kernel has no VRF. Throws SystemError.
[[nodiscard]] bool add_vrf(Netlink& netlink, const std::string& name, int index,
                           std::uint32_t table);

// Puts an interface into a VRF. Call it before adding addresses: the kernel takes the
// interface down and up again (cycle_netdev), which removes IPv6 addresses.
void enslave(Netlink& netlink, const LinkEnd& end, int vrf_index);

}  // namespace lab
