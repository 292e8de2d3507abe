// SPDX-License-Identifier: MIT
//
// The addresses of links' ends, unless the file sets them, and the endpoint that
// "server:8888" stands for.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "record/address.hpp"
#include "record/timeline.hpp"
#include "scenario/model.hpp"

namespace lab::run {

// The address of one end (0 or 1) of the link with this index. Links 0 to 255 are the
// networks 10.0.0.0/24 to 10.0.255.0/24, the next ones 10.2.0.0/24 and so on; or
// fd00:0:0:LINK::/64. Throws UsageError behind the last link (scenario::most_links).
Address link_address(Family family, std::size_t link, std::size_t end);
// The address of a host on a device that is no link's end: `number` counts those of the
// host, from 1 to 255. 10.1.HOST.NUMBER, from host 256 on 10.129.0.NUMBER and so on; or
// fd00:0:1:HOST::NUMBER. Throws UsageError behind the last.
Address lone_address(Family family, std::size_t host, std::size_t number);
unsigned prefix_length(Family family);

// The endpoint of a place, for a socket of family `socket`, or of the play's family. For an
// IPv6 socket, an IPv4 address becomes a mapped one, and "any" becomes ::, which accepts
// both. Throws UsageError if there is no such address (the host has no link, or no such
// interface), or if $value is not set yet.
Endpoint resolve(const scenario::Place& place, const Timeline& timeline,
                 std::optional<Family> socket = std::nullopt);

// The address variables $NAME of all hosts: "client" is its first address, "client_eth1" and
// "client_second" its address by interface or name.
std::map<std::string, std::string> address_variables(const std::vector<HostRecord>& hosts);

// "net.ipv4.tcp_syncookies" → "net/ipv4/tcp_syncookies"
std::string sysctl_path(const std::string& name);

}  // namespace lab::run
