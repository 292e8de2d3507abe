// SPDX-License-Identifier: MIT
#include "collect/arrival.hpp"

#include <fmt/format.h>
#include <netinet/in.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <string>
#include <utility>

#include "collect/chosen_source.hpp"
#include "collect/other_devices.hpp"
#include "collect/policy.hpp"
#include "net/route.hpp"
#include "util/error.hpp"

namespace lab::collect {
namespace {

const InterfaceAddress* address_of(const Interface& interface, Family family) {
  for (const InterfaceAddress& each : interface.addresses)
    if (each.address.family() == family) return &each;
  return nullptr;
}

// The VRF in which the destination is an address; empty: none, or not ours.
const Interface* vrf_of(const Facts& facts, const Address& address) {
  const Interface* owner = owner_of(facts.interfaces, address);
  if (!owner || owner->vrf.empty()) return nullptr;
  return find_interface(facts.interfaces, owner->vrf);
}

int index_of(const Interface* interface) { return interface ? interface->index : 0; }

TcpFlow flow_of(const Facts& facts) {
  const Question& question = facts.question;
  TcpFlow flow;
  flow.source_port = question.source ? question.source->port : std::uint16_t{0};
  flow.destination_port = question.destination.port;
  flow.uid = question.uid;
  flow.mark = question.mark.value_or(0);
  return flow;
}

// The segment that comes from outside carries no uid and no mark of its sender's socket: it counts
// as root's (ip6_route_input()), which RTM_GETROUTE does not take for granted.
TcpFlow arriving(const Facts& facts) {
  TcpFlow flow = flow_of(facts);
  flow.uid = 0;
  flow.mark = 0;
  return flow;
}

TcpFlow of_icmp() { return {.uid = 0, .is_icmp = true}; }

// That of the answer. The listener's uid and mark are not asked about.
TcpFlow returning(const Facts& facts) {
  TcpFlow flow = arriving(facts);
  std::swap(flow.source_port, flow.destination_port);
  return flow;
}

// ip6_dst_lookup_tail() looks for a source before it looks at the route's error. Where there is a
// route, rtnetlink has looked for one, too (rt6_fill_node()), and found none that this route may
// have (net.ipv6.conf.*.use_oif_addrs_only).
int error_without_source(const Facts& facts, const RouteAnswer& route) {
  if (facts.question.destination.address.family() == Family::inet) return route.error;
  if (route.error == 0) return EADDRNOTAVAIL;
  for (const Interface& interface : facts.interfaces)
    for (const InterfaceAddress& each : interface.addresses)
      if (each.address.family() == Family::inet6 && !each.tentative) return route.error;
  return EADDRNOTAVAIL;
}

// A socket of this namespace sends it. `bound`: to an interface or VRF; null: to nothing.
void find_local_way(Netlink& netlink, const Interface* bound, Facts& facts) {
  Arrival& arrival = facts.arrival;
  std::optional<Address> source;
  // tcp_v6_connect() looks for the route before the socket has a source; over IPv4 connect()
  // asks once more with it (ip_route_connect()).
  const bool has_source = !facts.question.source_is_assumed ||
                          facts.question.destination.address.family() == Family::inet;
  if (facts.question.source && has_source) source = facts.question.source->address;
  arrival.there = ask_route(
      netlink, {facts.question.destination.address, source, 0, index_of(bound), flow_of(facts)});
  arrival.local_sender = true;
  if (!source && arrival.there.error != 0)
    ask_with_chosen_source(netlink, bound, flow_of(facts), facts);
  // __mkroute_output()
  if (source && source->is_loopback() && arrival.there.error != 0)
    arrival.from_here = ask_route(netlink, {facts.question.destination.address, std::nullopt, 0,
                                            index_of(bound), flow_of(facts)});
  if (facts.question.source)
    arrival.icmp_back = ask_route(
        netlink, {facts.question.source->address, std::nullopt, 0, index_of(bound), of_icmp()});
  if (!arrival.there.is_delivered()) return;
  arrival.device = arrival.there.device;
  if (const Interface* device = find_interface(facts.interfaces, arrival.device))
    arrival.vrf = device->vrf;
  // A rule that comes before table "local" may refuse the answer alone.
  if (facts.question.source)
    arrival.back =
        ask_route(netlink, {facts.question.source->address, facts.question.destination.address, 0,
                            index_of(bound), returning(facts)});
}

// It comes in from outside, on `device`; null: by which the answer leaves.
void find_outside_way(Netlink& netlink, const Interface* device, Facts& facts) {
  Arrival& arrival = facts.arrival;
  const Address& source = facts.question.source->address;
  const Address& destination = facts.question.destination.address;
  if (const Interface* port = device; (device = behind(port, facts)) != port)
    facts.question.remarks.push_back(
        fmt::format("{0} is a port of {1}: what comes in on {0} counts as having come in on {1}",
                    port->name, device->name));
  const Interface* vrf =
      device ? find_interface(facts.interfaces, device->vrf) : vrf_of(facts, destination);
  // What goes to a link-local address leaves by the interface on which it came in, and routes of
  // other interfaces are passed over (inet6_csk_route_req(), icmp6_send()).
  const auto bound = [&] { return index_of(source.is_link_local() && device ? device : vrf); };
  arrival.back = ask_route(netlink, {source, std::nullopt, 0, bound(), returning(facts)});
  if (!device && arrival.back.error == 0) {
    // Of an address that is not one of this host the kernel says EINVAL.
    const RouteAnswer answer =
        ask_route(netlink, {source, destination, 0, bound(), returning(facts)});
    if (answer.error == 0) arrival.back = answer;
    device = behind(find_interface(facts.interfaces, arrival.back.device), facts);
    arrival.device_is_assumed = true;
  }
  if (device) {
    arrival.device = device->name;
    arrival.vrf = device->vrf;
  }
  arrival.from_here =
      ask_route(netlink, {destination, std::nullopt, 0, index_of(vrf), arriving(facts)});
  arrival.there = device
                      ? ask_route(netlink, {destination, source, device->index, 0, arriving(facts)})
                      : arrival.from_here;
  if (arrival.device_is_assumed) arrival.other_devices = other_devices(netlink, facts);
  // icmp_send(), icmp6_send(): not TCP, which rules may look at.
  arrival.icmp_back = ask_route(netlink, {source, std::nullopt, 0, bound(), of_icmp()});
  // The answer has the destination for its source, and rules may look at that. So it is for the
  // reverse path filter, which may be what refuses here.
  const RouteAnswer& unfiltered = arrival.there.error != 0 ? arrival.from_here : arrival.there;
  if (!unfiltered.is_delivered()) return;
  arrival.back = ask_route(netlink, {source, destination, 0, bound(), returning(facts)});
  arrival.back_of_bound =
      device ? ask_route(netlink, {source, destination, 0, device->index, returning(facts)})
             : arrival.back;
}

bool was_refused(const Arrival& arrival) {
  return arrival.there.error != 0 || arrival.back.error != 0;
}

// Asked without an interface or VRF, which might have a table of its own.
bool local_route_is_missing(Netlink& netlink, const Facts& facts) {
  const Address& destination = facts.question.destination.address;
  const Interface* owner = owner_of(facts.interfaces, destination);
  if (facts.arrival.there.is_delivered() || !facts.local_table_is_first || !owner || !owner->up ||
      !owner->vrf.empty() || destination.is_link_local())
    return false;
  return !ask_route(netlink, {destination}).is_delivered();
}

// The rule does not select this packet. `sent_here`: by a socket of this namespace.
bool passes_over(const PolicyRule& rule, const Address& to, const std::optional<Address>& from,
                 const Arrival& arrival, bool sent_here) {
  const RuleSelectors& selects = rule.selects;
  if (selects.destination && !to.has_prefix(*selects.destination, selects.destination_length))
    return true;
  if (selects.source && from && !from->has_prefix(*selects.source, selects.source_length))
    return true;
  if (selects.protocol != 0 && selects.protocol != IPPROTO_TCP) return true;
  // What comes in has none yet, but for what old kernels make of a VRF.
  if (!selects.leaves_by.empty() && !sent_here && arrival.vrf.empty()) return true;
  if (selects.comes_in_on.empty()) return false;
  if (sent_here) return selects.comes_in_on != "lo";
  // Of a port of a VRF kernels have taken the VRF itself (l3mdev_update_flow()).
  return !arrival.device.empty() && selects.comes_in_on != arrival.device &&
         selects.comes_in_on != arrival.vrf;
}

// What is asked before the table "local", and keeps an address of this namespace from being local.
void find_overruling(Facts& facts) {
  Arrival& arrival = facts.arrival;
  const Question& question = facts.question;
  const Address& destination = question.destination.address;
  const Interface* owner = owner_of(facts.interfaces, destination);
  if (arrival.there.is_delivered() || !owner || !owner->up) return;
  const bool sent_here = arrival.local_sender || !question.source;
  std::optional<Address> source;
  if (question.source && !question.source_is_assumed) source = question.source->address;
  for (const PolicyRule& rule : facts.rules)
    if (rule.before_local && !passes_over(rule, destination, source, arrival, sent_here))
      arrival.overruling.push_back(refusal_of(rule, destination.family()));
}

// What has an errno of its own and no packet.
void find_refusals(Netlink& netlink, Facts& facts) {
  Arrival& arrival = facts.arrival;
  arrival.local_route_is_missing = local_route_is_missing(netlink, facts);
  find_overruling(facts);
  if (!was_refused(arrival)) return;
  const bool there = arrival.there.error != 0;
  arrival.refusals = list_refusing_routes(
      netlink, there ? facts.question.destination.address : facts.question.source->address);
  // Of what comes in from outside the route was asked for with uid 0 and no mark: rules for others
  // have not refused it.
  const bool sent_here = arrival.local_sender || !facts.question.source;
  const bool is_marked = sent_here && facts.question.mark.value_or(0) != 0;
  const auto is_for_others = [&](const PolicyRule& rule) {
    return (!sent_here && !rule.matches_root) || (!is_marked && !rule.matches_no_mark);
  };
  // Of the SYN, or of its answer, which is sent here.
  const Question& question = facts.question;
  std::optional<Address> from;
  if (question.source && !there)
    from = question.destination.address;
  else if (question.source && !question.source_is_assumed)
    from = question.source->address;
  const Address& to = there ? question.destination.address : question.source->address;
  const auto concerns = [&](const PolicyRule& rule) {
    return !passes_over(rule, to, from, arrival, sent_here || !there);
  };
  for (const PolicyRule& rule : facts.rules)
    if (rule.action != RouteType::other && !is_for_others(rule) && concerns(rule))
      arrival.refusals.push_back(refusal_of(rule, to.family()));
}

Address assumed_neighbour(const Interface& device, const Address& destination) {
  const InterfaceAddress* own = address_of(device, destination.family());
  if (const auto neighbour = own ? neighbour_of(*own) : std::nullopt) return *neighbour;
  throw UsageError(fmt::format("a SYN that comes in on {}: from whom? Say so with from SRC[:PORT]",
                               device.name));
}

bool is_set(const Address& address, unsigned bit) {
  return address.bytes()[bit / 8] & (0x80U >> (bit % 8));
}

// All bits of the host's part are alike: the subnet itself, or its broadcast address.
bool is_special(const Address& address, int prefix_length) {
  const auto bits = static_cast<unsigned>(address.size() * 8);
  const auto first = static_cast<unsigned>(prefix_length);
  for (unsigned bit = first + 1; bit < bits; ++bit)
    if (is_set(address, bit) != is_set(address, first)) return false;
  return true;
}

// What a socket here may have for its source, by bind(). That looks into the table "local" alone
// (inet_addr_type_table()), or at the interfaces (ipv6_chk_addr()), whatever rules come before.
bool is_of_this_namespace(Netlink& netlink, const Address& source, const Interface* scope,
                          const Facts& facts) {
  if (source.is_any() || source.is_loopback()) return true;
  const Interface* owner = owner_of(facts.interfaces, source);
  // One that is down, or tentative, bind() refuses, but it is nobody else's.
  const bool decides = source.family() == Family::inet6 || !facts.local_table_is_first;
  if (owner && owner->vrf.empty() && decides && !source.is_link_local()) return true;
  return ask_route(netlink, {source, std::nullopt, 0, index_of(scope)}).type == RouteType::local;
}

}  // namespace

std::optional<Address> neighbour_of(const InterfaceAddress& own) {
  const auto bits = static_cast<int>(own.address.size() * 8);
  const int host_bits = bits - own.prefix_length;
  if (host_bits < 1) return std::nullopt;
  std::array<std::uint8_t, 16> bytes{};
  // Of three others that differ in the two lowest bits, two at most are special.
  for (const std::uint8_t change : {std::uint8_t{1}, std::uint8_t{2}, std::uint8_t{3}}) {
    std::memcpy(bytes.data(), own.address.bytes(), own.address.size());
    bytes[own.address.size() - 1] ^= change;
    const Address neighbour = Address::from_bytes(own.address.family(), bytes.data());
    if (host_bits == 1 || !is_special(neighbour, own.prefix_length)) return neighbour;
  }
  return std::nullopt;
}

void find_way(Netlink& netlink, const Target& target, const std::string& device_name,
              Facts& facts) {
  const Endpoint& destination = facts.question.destination;
  const Interface* device = find_interface(facts.interfaces, device_name);
  const bool within = device && (device->loopback || device->is_vrf);
  const Interface* scope = find_interface(facts.interfaces, target.scope);
  const Interface* bound = within && device->is_vrf ? device : scope;

  facts.question.scope = target.scope;
  PolicyRules rules = list_rules(netlink, destination.address.family());
  facts.rules = std::move(rules.unusual);
  facts.local_table_is_first = rules.local_table_is_first;
  std::optional<Address> source = target.source;
  if (!source && device && !within) {
    source = assumed_neighbour(*device, destination.address);
    facts.question.source_is_assumed = true;
  } else if (!source) {
    facts.question.source_is_assumed = true;
    find_local_way(netlink, bound, facts);
    RouteAnswer& there = facts.arrival.there;
    source = there.source;
    // A local destination is its own source where the kernel names none.
    if (!source && there.is_delivered()) source = destination.address;
    // ip_route_connect() goes on without one where inet_select_addr() finds none.
    if (!source && there.error == 0 && destination.address.family() == Family::inet)
      source = Address::any(Family::inet);
    if (!source) {
      there.error = error_without_source(facts, there);
      facts.arrival.local_sender = false;  // nobody sends anything
      find_refusals(netlink, facts);
      return;
    }
  }
  facts.question.source = Endpoint{*source, target.source_port.value_or(0)};
  const bool own_source = !device && is_of_this_namespace(netlink, *source, scope, facts);
  if (within || own_source)
    find_local_way(netlink, bound, facts);
  else
    find_outside_way(netlink, device ? device : scope, facts);
  find_refusals(netlink, facts);
}

}  // namespace lab::collect
