// SPDX-License-Identifier: MIT
//
// Configures a host's devices: addresses, neighbours and routes. Setting a device down removes
// most of them (fib_disable_ip, addrconf_ifdown, neigh_ifdown); calling these functions again
// adds what is missing. They do nothing for a host without a stack.
#pragma once

#include "run/host.hpp"
#include "util/clock.hpp"

namespace lab::run {

// Adds the device's addresses, and permanent neighbour entries for the addresses of the host
// at the other end of its link. `device` may be "lo" or a VRF.
void add_addresses(Host& host, const std::string& device);

// Waits until the device accepts packets to its further addresses. Throws EnvironmentError at
// the deadline.
void await_addresses(Host& host, const std::string& device, const Deadline& deadline);

// Waits until the interface passes packets and its addresses are usable; both ends of the
// link must be up. Throws EnvironmentError at the deadline.
void await_ready(Host& host, const Interface& interface, const Deadline& deadline);

// Adds the routes through this device that the kernel does not make itself. Call
// await_ready() first.
void add_routes(Host& host, const Interface& interface);

}  // namespace lab::run
