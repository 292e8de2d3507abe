// SPDX-License-Identifier: MIT
//
// Plans the hosts' addresses and routes, from the scenario alone, before anything is built.
//
// Link number i is its own /24 or /64 (link_address()), or the network of the addresses in
// the file. A further address of a host is the next free one of its interface's network. On
// a device that is not a link's end, such as lo, it is a network of its own (lone_address()).
#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "record/address.hpp"
#include "record/timeline.hpp"
#include "scenario/model.hpp"

namespace lab::run {

struct Network {
  Address address;  // the bits after the prefix are 0
  int prefix_length = 0;

  // The network of that prefix length that contains the address.
  static Network of(const Address& address, int prefix_length);

  bool contains(const Address& other) const;
  bool operator==(const Network&) const = default;
};

// How packets to a network leave a host.
struct PlannedRoute {
  Network to;
  std::string device;
  std::optional<Address> gateway;  // none: `to` is on the link
  // The kernel makes this route itself, when the device gets its address.
  bool own = false;
};

struct PlannedInterface {
  std::string device;
  std::size_t link = 0, end = 0;  // the link's index, and which end this is
  Address address;
  std::string peer;                 // the host at the other end
  std::vector<Address> neighbours;  // that host's addresses; first the link's
  std::vector<Address> reaches;     // addresses reached through it
};

struct PlannedAddress {
  std::string name;  // "second"
  std::string device;
  Address address;
  int prefix_length = 0;
};

struct HostPlan {
  std::string name;
  std::vector<PlannedInterface> interfaces;  // in the order of the links
  std::vector<PlannedAddress> extra;         // by name
  std::vector<PlannedRoute> routes;

  // The devices with addresses that are not a link's end: "lo", a VRF.
  std::set<std::string> other_devices() const;
};

// One plan per host, in the scenario's order. Throws UsageError if the networks have too few
// addresses, or if a route's `via` is not a neighbour.
std::vector<HostPlan> plan(const scenario::Scenario& scenario, Family family);

// The timeline's record of a host that is not built yet: without a namespace.
HostRecord record_of(const HostPlan& host);

// The route from that host to that address, by longest prefix; null: there is none. Ignores
// the host's own addresses.
const PlannedRoute* route_to(const HostPlan& host, const Address& address);

}  // namespace lab::run
