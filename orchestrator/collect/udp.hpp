// SPDX-License-Identifier: MIT
#pragma once

#include <string_view>
#include <vector>

#include "net/namespace.hpp"
#include "record/machine_facts.hpp"

namespace lab::collect {

// The UDP sockets on `port` in a table as /proc/net/udp and udp6 show it. Pure.
std::vector<UdpSocket> udp_from(std::string_view text, Family family, std::uint16_t port);

// Those of the namespace. A kernel without IPv6 has no udp6.
std::vector<UdpSocket> udp_on_port(const Namespace& space, std::uint16_t port);

}  // namespace lab::collect
