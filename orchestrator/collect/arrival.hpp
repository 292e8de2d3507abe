// SPDX-License-Identifier: MIT
//
// Which way does the SYN come? Fills in what the question leaves open: source
// address and interface.
#pragma once

#include <string>

#include "collect/target.hpp"
#include "net/netlink.hpp"
#include "record/machine_facts.hpp"

namespace lab::collect {

// Sets source address (its port stays 0), arrival and what of it is assumed.
// `facts.interfaces` must be there; `device` is one of them, or empty.
void find_way(Netlink& netlink, const Target& target, const std::string& device, Facts& facts);

// Another address of the same subnet, to stand for a host on that link.
// Nothing: there is no room for one. Pure.
std::optional<Address> neighbour_of(const InterfaceAddress& own);

}  // namespace lab::collect
