// SPDX-License-Identifier: MIT
//
// What rules may ask about the SYN and its answer besides addresses and ports. Pure.
#pragma once

#include <optional>

#include "record/machine_facts.hpp"
#include "record/packet.hpp"

namespace lab::filter {

// What the routing tables say of the ends, as "fib saddr type" asks: local or unicast. Nothing: not
// known. Policy rules, a VRF and tables before the local one make it differ from what was asked.
std::optional<RouteType> type_of_destination(const Facts& facts);
std::optional<RouteType> type_of_source(const Facts& facts);

// The source is reached by the interface that the SYN comes in on: "fib saddr . iif oif exists".
bool comes_from_where_the_route_leads(const Facts& facts);

// A SYN-ACK of a listener, or the RST that says that there is none. Nothing: it may be another one.
std::optional<TcpFlags> flags_of_answer(const Facts& facts);

}  // namespace lab::filter
