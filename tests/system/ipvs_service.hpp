// SPDX-License-Identifier: MIT
//
// A service of IPVS with one real server, as ipvsadm(8) makes it; without that program.
#pragma once

#include "net/namespace.hpp"
#include "record/address.hpp"

namespace lab::test {

// IPVS is loaded where it is not, so only in a guest. False: this kernel has none.
bool has_ipvs(const Namespace& space);

// "ipvsadm -A -t SERVICE -s rr; ipvsadm -a -t SERVICE -r SERVER -m". Throws SystemError.
void add_ipvs_service(const Namespace& space, const Endpoint& service, const Endpoint& server);

}  // namespace lab::test
