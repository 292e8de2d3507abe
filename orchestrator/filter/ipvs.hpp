// SPDX-License-Identifier: MIT
//
// The services of IPVS (net/netfilter/ipvs) in a network namespace, over its generic netlink
// family.
#pragma once

#include <libmnl/libmnl.h>

#include <optional>
#include <vector>

#include "net/namespace.hpp"
#include "record/ipvs.hpp"
#include "record/machine_facts.hpp"

namespace lab::filter {

// Those of TCP. Empty: there are none, or IPVS is not loaded, which asking would load. Nothing:
// they cannot be seen; only root may list them.
std::optional<std::vector<IpvsService>> ipvs_services(const Namespace& space);

// Those that take a SYN to that destination, or may: what looks at a mark.
std::vector<IpvsService> services_for(const std::vector<IpvsService>& all,
                                      const Endpoint& destination);

// Of an answer to IPVS_CMD_GET_SERVICE, and to IPVS_CMD_GET_DEST. Nothing: of another protocol, or
// incomplete. `family`: of its service. Pure.
std::optional<IpvsService> ipvs_service_in(const nlmsghdr* message);
std::optional<IpvsServer> ipvs_server_in(const nlmsghdr* message, Family family);

}  // namespace lab::filter
