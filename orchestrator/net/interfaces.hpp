// SPDX-License-Identifier: MIT
#pragma once

#include <vector>

#include "net/netlink.hpp"
#include "record/interface.hpp"

namespace lab {

// All interfaces of that namespace with all their addresses, by index. Throws
// SystemError.
std::vector<Interface> list_interfaces(Netlink& netlink);

// The highest index of an interface there. A new namespace has lo alone, unless tunnels are
// built into the kernel or loaded: sit, ipip, ip_gre, ip6_tnl … each give every namespace a
// device of their own (net.core.fb_tunnels_only_for_init_net). Throws SystemError.
int highest_index(Netlink& netlink);

}  // namespace lab
