// SPDX-License-Identifier: MIT
#pragma once

#include <vector>

#include "net/netlink.hpp"
#include "record/interface.hpp"

namespace lab {

// All interfaces of that namespace with all their addresses, by index. Throws
// SystemError.
std::vector<Interface> list_interfaces(Netlink& netlink);

}  // namespace lab
