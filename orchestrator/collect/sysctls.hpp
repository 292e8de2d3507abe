// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "net/namespace.hpp"
#include "record/machine_facts.hpp"

namespace lab::collect {

// "32768	60999". Pure.
std::optional<PortRange> port_range_from(std::string_view text);
// "8080,9000-9100"; what is no port is passed over. Pure.
std::vector<PortRange> port_list_from(std::string_view text);

// Those that decide what a SYN meets.
Sysctls read_sysctls(const Namespace& space);
// Besides, those of the interface that the SYN comes in on; empty: of all.
void read_interface_sysctls(const Namespace& space, Family family, const std::string& device,
                            Sysctls& into);
// What a segment that leaves by `device` gets, unless its route has another (ip4_dst_hoplimit(),
// ip6_dst_hoplimit()).
std::optional<int> hop_limit_of(const Namespace& space, Family family, const std::string& device);
IcmpLimits icmp_limits(const Namespace& space, Family family);
// On which of them IPv6 is off.
void find_ipv6_off(const Namespace& space, std::vector<Interface>& interfaces);

}  // namespace lab::collect
