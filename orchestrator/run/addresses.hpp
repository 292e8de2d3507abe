// SPDX-License-Identifier: MIT
//
// Which address each host gets, and what "server:8888" means. Link number i is
// the network 10.0.i.0/24 or fd00:0:0:i::/64; its first end is .1, its second .2.
#pragma once

#include <optional>

#include "record/address.hpp"
#include "record/timeline.hpp"
#include "scenario/model.hpp"

namespace lab::run {

// The address of one end (0 or 1) of the link with this index.
Address link_address(Family family, std::size_t link, std::size_t end);
unsigned prefix_length(Family family);

// A place as a real endpoint: a host's first address, the wildcard or loopback.
// For an IPv6 socket in an IPv4 play the wildcard is ::, and any other address
// the IPv4-mapped one (RFC 4291, section 2.5.5.2). Throws UsageError if the host
// has no address because no link reaches it.
Endpoint resolve(const scenario::Place& place, const Timeline& timeline,
                 std::optional<Family> socket = {});

}  // namespace lab::run
