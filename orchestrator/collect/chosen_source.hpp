// SPDX-License-Identifier: MIT
//
// The source that connect() chooses over IPv6 where no route leads without one: routes may be for
// some sources alone ("default from fd77::/64").
#pragma once

#include "net/netlink.hpp"
#include "net/route.hpp"
#include "record/machine_facts.hpp"

namespace lab::collect {

// Asks once more with that source, as ip6_dst_lookup_tail() does after the first failure, and sets
// facts.arrival.there. `bound`: the interface or VRF of the socket, or null. Throws SystemError.
void ask_with_chosen_source(Netlink& netlink, const Interface* bound, const TcpFlow& flow,
                            Facts& facts);

}  // namespace lab::collect
