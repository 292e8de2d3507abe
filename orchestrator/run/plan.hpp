// SPDX-License-Identifier: MIT
//
// Who has which address, and by which route each host reaches the others: worked
// out from the scenario alone, before anything is built.
//
// Link number i is a /24 or /64 of its own (link_address()), or the one that the file's
// addresses are in. A host's further address is the next free one of its interface's
// network. On a device that is no link's end, such as lo, it is a network of its own
// (lone_address()).
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
  Address address;  // its lowest: what follows the prefix is 0
  int prefix_length = 0;

  // The one of that size that the address is in.
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
  std::size_t link = 0, end = 0;  // its number, and which end of it this is
  Address address;
  std::string peer;                 // the host at the other end
  std::vector<Address> neighbours;  // that host's addresses here; the first is its link's
  std::vector<Address> reaches;     // whatever is reached by this interface
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

  // The devices with addresses that are no link's end: "lo", a VRF.
  std::set<std::string> other_devices() const;
};

// One plan a host, in the scenario's order. Throws UsageError where there are
// more links or addresses than the networks have room for, and where a route
// leads by a host that is no neighbour.
std::vector<HostPlan> plan(const scenario::Scenario& scenario, Family family);

// What a timeline keeps of a host, before it is built: no namespace.
HostRecord record_of(const HostPlan& host);

// The route of a packet from that host to that address, that is the one with the
// longest prefix; null: there is none. The host's own addresses are no matter of it.
const PlannedRoute* route_to(const HostPlan& host, const Address& address);

}  // namespace lab::run
