// SPDX-License-Identifier: MIT
//
// Where a network namespace has sent a connection that was addressed elsewhere: NAT as
// connection tracking remembers it, and IPVS.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "net/namespace.hpp"
#include "record/address.hpp"

namespace lab::filter {

struct Translated {
  std::string by;                // "conntrack", "IPVS"
  Endpoint source, destination;  // as the segment leaves
};

// conntrack's entry of the connection from `source` to `destination`, as it comes in or is sent
// (ctnetlink, IPCTNL_MSG_CT_GET; zone 0). Nothing: there is none, or it changes nothing, or
// connection tracking is not loaded, which asking would load. Throws EnvironmentError where this
// kernel has no ctnetlink.
std::optional<Translated> translated_by_conntrack(const Namespace& space, const Endpoint& source,
                                                  const Endpoint& destination);

// Connection tracking knows a connection, in either direction, that a segment from `source` to
// `destination` would belong to; in any zone. A port of 0 of the source: any but `left_out`.
// Where it is not loaded it knows none. Throws EnvironmentError where it cannot be asked.
bool is_tracked(const Namespace& space, const Endpoint& source, const Endpoint& destination,
                const std::set<std::uint16_t>& left_out = {});

// What IPVS's table has instead: /proc/net/ip_vs_conn; a real server behind a tunnel or on the same
// link (Route) gets the segment unchanged. Nothing: no entry, or no IPVS.
std::optional<Translated> translated_by_ipvs(const Namespace& space, const Endpoint& source,
                                             const Endpoint& destination);
// Of the table's text. Pure.
std::optional<Endpoint> real_server_in(std::string_view table, const Endpoint& source,
                                       const Endpoint& destination);
// How IPVS forwards to that server by /proc/net/ip_vs: "Masq", "Route", "Tunnel", "Local"; empty:
// it is not in there. Pure.
std::string forwarding_in(std::string_view services, const Endpoint& server);

}  // namespace lab::filter
