// SPDX-License-Identifier: MIT
//
// A network interface with its addresses, and what a look into the routing
// tables brought: plain values.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "record/address.hpp"

namespace lab {

struct InterfaceAddress {
  Address address;
  int prefix_length = 0;
  // Duplicate address detection (RFC 4862, 5.4) has not come to its end, or has
  // found a duplicate: the kernel does not take packets to this address yet.
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

// RTN_*, as far as it matters here.
enum class RouteType { local, unicast, broadcast, multicast, other };

struct RouteAnswer {
  // The errno with which the kernel refuses: ENETUNREACH, EHOSTUNREACH, EACCES;
  // for a packet that comes in also EXDEV (its source lies another way:
  // rp_filter) and EINVAL (a source or destination that cannot be: "martian").
  int error = 0;
  RouteType type = RouteType::other;
  // Where it leaves; of a local destination, the interface that has the address.
  std::string device;
  std::optional<Address> gateway;

  bool operator==(const RouteAnswer&) const = default;
};

}  // namespace lab
