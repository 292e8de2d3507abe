// SPDX-License-Identifier: MIT
//
// On which interfaces a SYN from outside may come in, if nobody says so.
#pragma once

#include <string>
#include <vector>

#include "net/netlink.hpp"
#include "record/machine_facts.hpp"

namespace lab::collect {

// What comes in on the port of a bridge, bond or team counts as having come in on that. Null for
// null.
const Interface* behind(const Interface* device, const Facts& facts);

// Besides `facts.arrival.device`: those by which a route leads back to the source, though another
// one is preferred, and the one that has the destination, if the source is not on the assumed link.
// Throws SystemError.
std::vector<std::string> other_devices(Netlink& netlink, const Facts& facts);

}  // namespace lab::collect
