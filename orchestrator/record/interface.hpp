// SPDX-License-Identifier: MIT
//
// A network interface with its addresses, and the answer of the routing tables: plain
// values.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "record/address.hpp"

namespace lab {

struct InterfaceAddress {
  Address address;
  int prefix_length = 0;
  // Duplicate address detection (RFC 4862, 5.4) has not finished, or has found a
  // duplicate: the kernel does not accept packets to this address.
  bool tentative = false;
  bool dad_failed = false;  // it has found a duplicate
  bool is_of_host = false;  // its scope is RT_SCOPE_HOST (ip addr … scope host)

  bool operator==(const InterfaceAddress&) const = default;
};

// Whether an interface takes packets of IPv6 (ip6_rcv_core()).
enum class Ipv6 : std::uint8_t {
  on,
  disabled,      // net.ipv6.conf.NAME.disable_ipv6
  mtu_too_small  // below 1280 (IPV6_MIN_MTU), addrconf_notify() takes its inet6_dev away
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
  bool carrier = true;            // IFF_LOWER_UP: the other end is up, too
  // The bridge, bond, team or Open vSwitch that it is a port of, and that takes what comes in on it
  // (rx_handler of struct net_device); empty: none.
  std::string master = {};
  // The master is a device of Open vSwitch: what comes in goes where its flows send it.
  bool is_switched = false;
  bool asks_for_neighbours = true;  // no IFF_NOARP: by ARP or neighbour discovery
  // IFF_NOARP on a link of many hosts, of a kind that has ARP: somebody has set it (ip link set …
  // arp off).
  bool arp_is_off = false;
  Ipv6 ipv6 = Ipv6::on;

  bool operator==(const Interface&) const = default;
};

// RTN_*, those that matter here.
enum class RouteType {
  local,
  unicast,
  broadcast,
  multicast,
  anycast,  // of IPv6: this host has it, and others may
  blackhole,
  unreachable,
  prohibit,
  throw_,  // the lookup goes on with the next rule
  other
};
std::string_view to_string(RouteType type);  // as ip-route(8) writes it: "blackhole"

struct RouteAnswer {
  // The errno with which the kernel refuses: ENETUNREACH, EHOSTUNREACH, EACCES, EINVAL
  // (fib_props[], ip6_rt_type_to_error()); for a packet that comes in also EXDEV and EINVAL
  // for what fib_validate_source() does not accept.
  int error = 0;
  RouteType type = RouteType::other;
  // The interface by which it leaves; of a local destination, the one that has the address.
  std::string device;
  std::optional<Address> gateway;
  // The address that a socket gets that is not bound; nothing: the kernel names none.
  std::optional<Address> source = {};
  // The route wraps what takes it into another packet (ip route … encap): MPLS, IPv6 segment
  // routing, a tunnel, a BPF program (struct lwtunnel_state).
  bool encapsulates = false;
  std::optional<int> hop_limit = {};  // RTAX_HOPLIMIT; nothing: the interface's

  // This host takes what is sent there: ip6_input(), for an anycast address, too.
  bool is_delivered() const {
    return error == 0 && (type == RouteType::local || type == RouteType::anycast);
  }

  bool operator==(const RouteAnswer&) const = default;
};

// A next hop that does not answer, and the interface by which it is asked.
struct SilentNeighbour {
  Address address;
  std::string device;
};

// The next hop of a packet, and what the kernel's neighbour table has for it.
struct NextHop {
  enum class Entry {
    none,
    usable,  // NUD_VALID: packets leave at once
    silent,  // NUD_INCOMPLETE, NUD_FAILED: it has not answered
  };
  Address address;
  std::string device;
  Entry entry = Entry::none;
  bool is_permanent = false;  // usable because somebody has entered it (NUD_PERMANENT)

  // The kernel has to ask for it first.
  bool must_be_found() const { return entry != Entry::usable; }

  bool operator==(const NextHop&) const = default;
};

// A route that carries no packet, or a policy rule with that action.
struct Refusal {
  RouteType type = RouteType::other;
  std::string text;    // "blackhole 10.99.0.0/24"; "rule 5: ipproto tcp dport 80 prohibit"
  std::string remove;  // "ip route del blackhole 10.99.0.0/24": the command that removes it
  bool is_rule = false;

  bool operator==(const Refusal&) const = default;
};

// Some of what a policy rule looks at; what is empty, or 0, does not matter.
struct RuleSelectors {
  std::optional<Address> source = {}, destination = {};
  int source_length = 0, destination_length = 0;
  std::string comes_in_on = {};  // "lo": what is sent here
  std::string leaves_by = {};    // the interface that the socket is bound to
  std::uint8_t protocol = 0;

  bool operator==(const RuleSelectors&) const = default;
};

// A policy rule (ip-rule(8)) that is not one of the three that every namespace has.
struct PolicyRule {
  std::uint32_t preference = 0;
  // What it looks at besides destinations and interfaces.
  bool by_source = false, by_source_port = false, by_destination_port = false;
  bool by_mark = false, by_uid = false, by_tos = false;
  bool by_tunnel = false;  // at the number of the tunnel that a packet has come through
  bool by_other = false;   // at what this program does not know
  // It may match what has no mark, and what is root's: a segment from outside is both.
  bool matches_no_mark = true, matches_root = true;
  // It is asked before the table "local".
  bool before_local = false;
  RuleSelectors selects = {};
  RouteType action = RouteType::other;  // blackhole, unreachable, prohibit; other: a table
  std::string text;                     // "ipproto tcp dport 80 prohibit"

  bool operator==(const PolicyRule&) const = default;
};

}  // namespace lab
