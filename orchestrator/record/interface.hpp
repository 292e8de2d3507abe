// SPDX-License-Identifier: MIT
//
// A network interface with its addresses, and the answer of the routing tables: plain
// values.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "record/address.hpp"

namespace lab {

struct InterfaceAddress {
  Address address;
  int prefix_length = 0;
  // Duplicate address detection (RFC 4862, 5.4) has not finished, or has found a
  // duplicate: the kernel does not accept packets to this address.
  bool tentative = false;

  bool operator==(const InterfaceAddress&) const = default;
};

struct Interface {
  int index = 0;
  std::string name;
  bool up = false;  // IFF_UP
  bool loopback = false;
  bool is_vrf = false;
  std::string vrf;  // the VRF that it is a port of; empty: none
  std::vector<InterfaceAddress> addresses;
  std::string link_address = {};  // "02:00:00:00:00:01"; empty: it has none

  bool operator==(const Interface&) const = default;
};

// RTN_*, those that matter here.
enum class RouteType { local, unicast, broadcast, multicast, other };

struct RouteAnswer {
  // The errno with which the kernel refuses: ENETUNREACH, EHOSTUNREACH, EACCES;
  // for an incoming packet also EXDEV (the route to its source uses another interface:
  // rp_filter) and EINVAL (an impossible source or destination: "martian").
  int error = 0;
  RouteType type = RouteType::other;
  // The outgoing interface; for a local destination, the one that has the address.
  std::string device;
  std::optional<Address> gateway;

  bool operator==(const RouteAnswer&) const = default;
};

}  // namespace lab
