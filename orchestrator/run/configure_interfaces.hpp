// SPDX-License-Identifier: MIT
//
// What the devices of a host need so that its kernel speaks on them: addresses,
// neighbours, routes. Setting a device down takes most of it away
// (fib_disable_ip, addrconf_ifdown, neigh_ifdown), so all of this can be done
// again, and then adds what is missing. The devices of a host without a stack get nothing.
#pragma once

#include "run/host.hpp"
#include "util/clock.hpp"

namespace lab::run {

// The device's addresses, and its permanent neighbours: the addresses that the
// other end of a link is known by. `device` may be "lo" or a VRF.
void add_addresses(Host& host, const std::string& device);

// Waits until the device takes packets to its further addresses. Throws
// EnvironmentError at the deadline.
void await_addresses(Host& host, const std::string& device, const Deadline& deadline);

// Waits until packets pass by the interface and to its addresses; both ends of
// the link must be up. Throws EnvironmentError at the deadline.
void await_ready(Host& host, const Interface& interface, const Deadline& deadline);

// The routes by this device that the kernel has not made itself. await_ready() first.
void add_routes(Host& host, const Interface& interface);

}  // namespace lab::run
