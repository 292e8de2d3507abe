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

// The address of one end (0 or 1) of the link with this index.
Address link_address(Family family, std::size_t link, std::size_t end);
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
