// SPDX-License-Identifier: MIT
//
// Which address each end of a link gets, unless the file gives it, and what
// "server:8888" means.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "record/address.hpp"
#include "record/timeline.hpp"
#include "scenario/model.hpp"

namespace lab::run {

// The address of one end (0 or 1) of the link with this index.
Address link_address(Family family, std::size_t link, std::size_t end);
unsigned prefix_length(Family family);

// A place as a real endpoint, for a socket of the family that is played or of
// `socket`. An IPv6 socket is given an IPv4 address as a mapped one, but "any"
// as ::, with which it takes both. Throws UsageError if there is no such address
// (no link reaches the host, or it has no such interface), or no such $value yet.
Endpoint resolve(const scenario::Place& place, const Timeline& timeline,
                 std::optional<Family> socket = std::nullopt);

// What $NAME stands for, of every host: "client" for its first address,
// "client_eth1" and "client_second" for each by its interface or name.
std::map<std::string, std::string> address_variables(const std::vector<HostRecord>& hosts);

// "net.ipv4.tcp_syncookies" → "net/ipv4/tcp_syncookies"
std::string sysctl_path(const std::string& name);

}  // namespace lab::run
