// SPDX-License-Identifier: MIT
//
// Does the SYN reach TCP in this namespace at all? Routing decides, and this
// says why in terms of interfaces and addresses.
#include <fmt/format.h>

#include <algorithm>
#include <cerrno>

#include "explain/parts.hpp"
#include "explain/words.hpp"
#include "record/owner_names.hpp"
#include "util/error.hpp"

namespace lab::explain {
namespace {

// For a SYN that TCP here does not get: what becomes of it instead.
Answer fate_of(const Facts& facts) {
  const bool sent_here = is_sent_here(facts);
  // ip6_forward() drops what the route would take.
  const bool dropped_by_ipv6 = !sent_here && destination_of(facts).family() == Family::inet6 &&
                               facts.sysctls.forwarding == false;
  if (facts.arrival.there.error == 0 && facts.arrival.there.type == RouteType::unicast &&
      !dropped_by_ipv6)
    return Answer::elsewhere;
  return sent_here ? Answer::not_sent : Answer::nothing;
}

std::string fate_in_words(Answer fate, const Facts& facts) {
  const RouteAnswer& there = facts.arrival.there;
  if (fate == Answer::not_sent)
    return fmt::format("connect() fails{} before there is a SYN",
                       there.error ? " with " + errno_name(there.error) : "");
  if (fate == Answer::nothing) return "the SYN is dropped";
  std::string way = fmt::format("the SYN leaves by {}", there.device);
  if (there.gateway) way += fmt::format(", gateway {}", there.gateway->str());
  return way + unless_it_is_silent(facts);
}

// What the routing tables say to a SYN that TCP here does not get.
std::string routes_in_words(const Arrival& arrival, const Address& destination) {
  const RouteAnswer& there = arrival.there;
  if (there.error != 0) return fmt::format("{}: {}", destination.str(), errno_name(there.error));
  switch (there.type) {
    case RouteType::local:
      return fmt::format("{} is local, and yet the SYN is not delivered", destination.str());
    case RouteType::unicast:
      return fmt::format("{} is another host's, over {}", destination.str(), there.device);
    case RouteType::broadcast:
      return fmt::format("{} is a broadcast address", destination.str());
    case RouteType::multicast:
      return fmt::format("{} is a multicast address", destination.str());
    case RouteType::anycast:
      return fmt::format("{} is an anycast address of this host", destination.str());
    default:
      return fmt::format("{}: a route of type {}", destination.str(), to_string(there.type));
  }
}

// That have the destination's address.
std::vector<const OtherNetns*> spaces_of(const Facts& facts) {
  std::vector<const OtherNetns*> spaces;
  for (const OtherNetns& space : facts.others.namespaces)
    if (may_be_at(space.interfaces, destination_of(facts), facts.neighbour))
      spaces.push_back(&space);
  return spaces;
}

// It listens on the destination, which is not here: a virtual address that another host has now.
const Row* freebind_listener(const Facts& facts) {
  for (const Row& row : facts.tables.listeners)
    if (row.local == facts.question.destination) return &row;
  return nullptr;
}

// The link's other end is down, or a cable is out: the route is used all the same.
std::optional<Conclusion> no_carrier(const Facts& facts, Answer fate, Diagnosis& diagnosis) {
  const Interface* device = find_interface(facts.interfaces, facts.arrival.there.device);
  if (fate != Answer::elsewhere || !device || !device->up || device->carrier) return std::nullopt;
  const std::string destination = destination_of(facts).str();
  const bool inet6 = destination_of(facts).family() == Family::inet6;
  const bool sent_here = is_sent_here(facts);
  Conclusion conclusion{
      "no-carrier",
      Answer::nothing,
      fmt::format("the route to {} is over {}, and {} has no carrier (its other end is down): "
                  "nothing leaves there",
                  destination, device->name, device->name),
      "set the other end up, or connect the cable; a route over another interface helps, too",
      {fmt::format("ip link show {}", device->name)}};
  if (sent_here) {
    conclusion.summary += fmt::format(
        ", and connect() fails with {}",
        inet6 ? "EHOSTUNREACH or ETIMEDOUT" : "EHOSTUNREACH, once ARP gives up, or ETIMEDOUT");
    return conclusion;
  }
  // ipv4_link_failure(), ip6_link_failure()
  conclusion.answer = Answer::icmp;
  conclusion.error = EHOSTUNREACH;
  conclusion.summary += fmt::format(
      "; once {} gives up, the sender gets ICMP \"{} unreachable\", and its connect() fails with "
      "EHOSTUNREACH",
      inet6 ? "neighbour discovery" : "ARP", inet6 ? "address" : "host");
  diagnosis.not_observed.push_back(
      {"neighbour",
       fmt::format("whether the next hop to {} has an entry that stays without a carrier (a "
                   "permanent one): then nothing is sent back",
                   destination),
       true});
  return conclusion;
}

Conclusion not_ours(const Facts& facts, Diagnosis& diagnosis) {
  const Address& destination = destination_of(facts);
  const Answer fate = fate_of(facts);
  if (auto conclusion = own_address(facts, {fate, fate_in_words(fate, facts)}, diagnosis))
    return *conclusion;
  if (auto conclusion = no_carrier(facts, fate, diagnosis)) return *conclusion;
  if (auto conclusion = no_source_address(facts)) return *conclusion;

  if (const Row* row = freebind_listener(facts))
    return {"not-local", fate,
            fmt::format("{} listens on {}, but {} is not an address of {} (IP_FREEBIND or "
                        "ip_nonlocal_bind): {}",
                        holder_of(*row, facts.processes), place_of(*row), destination.str(),
                        netns_of(facts.question), fate_in_words(fate, facts)),
            fmt::format("give this host the address, as keepalived or a load balancer does, or ask "
                        "where {} is now",
                        destination.str())};
  if (const auto spaces = spaces_of(facts); !spaces.empty()) {
    const OtherNetns* space = spaces.front();
    const std::string others =
        spaces.size() == 1 ? "" : fmt::format(" (and {} more)", spaces.size() - 1);
    std::optional<Endpoint> source = facts.question.source;
    if (source && facts.question.port_is_assumed) source->port = 0;
    // Where there is no route, asking there does not help.
    if (fate == Answer::not_sent)
      return {"no-route",
              fate,
              fmt::format("there is no route from {} to {}, an address of {}{}: {}",
                          netns_of(facts.question), destination.str(), name_of(*space), others,
                          fate_in_words(fate, facts)),
              "add a route",
              {},
              facts.arrival.there.error};
    return {
        "not-local",
        fate,
        fmt::format("{} is not an address of {}, but of {}{}: {}", destination.str(),
                    netns_of(facts.question), name_of(*space), others, fate_in_words(fate, facts)),
        "ask there",
        {ask_there(*space, facts.question.destination, source,
                   fate == Answer::elsewhere && !facts.arrival.there.gateway)}};
  }
  if (fate == Answer::not_sent)
    return {"no-route",
            fate,
            fmt::format("there is no route from {} to {}: {}", netns_of(facts.question),
                        destination.str(), fate_in_words(fate, facts)),
            "add a route, or ask in the right namespace (--netns)",
            {},
            facts.arrival.there.error};
  return {"not-local", fate,
          fmt::format("{} is not an address of {}: {}", destination.str(), netns_of(facts.question),
                      fate_in_words(fate, facts)),
          fmt::format("ask on the host that has {}, or in its network namespace (--netns)",
                      destination.str())};
}

// tcp_v6_connect() asks for the interface of a link-local address.
std::optional<Conclusion> scope_is_missing(const Facts& facts) {
  const Address& destination = destination_of(facts);
  const bool sent_here = is_sent_here(facts);
  if (!sent_here || !destination.is_link_local() || !facts.question.scope.empty())
    return std::nullopt;
  return Conclusion{"scope-missing",
                    Answer::not_sent,
                    fmt::format("{} is a link-local address, and which interface is meant was not "
                                "said: connect() fails with EINVAL",
                                destination.str()),
                    fmt::format("name the interface, as in [{}%eth0]:{}", destination.str(),
                                facts.question.destination.port),
                    {},
                    EINVAL};
}

// A packet that comes in from outside may be refused for its addresses alone.
// The errno does not tell by which rule: since Linux 6.14 it is EINVAL for the
// reverse path filter, too, which had been EXDEV.
std::optional<Conclusion> refused_addresses(const Facts& facts) {
  const Arrival& arrival = facts.arrival;
  const Address& source = facts.question.source->address;
  const Address& destination = destination_of(facts);
  const bool refused = arrival.there.error == EXDEV || arrival.there.error == EINVAL;
  const bool loopback = source.is_loopback() || destination.is_loopback();
  const bool own_source = arrival.back.error == 0 && arrival.back.type == RouteType::local;
  // ip6_rcv_core() refuses what the lookup does not.
  const bool ipv6_loopback = loopback && destination.family() == Family::inet6;
  if (ipv6_loopback || (refused && (loopback || own_source)))
    return Conclusion{"martian", Answer::nothing,
                      fmt::format("no packet from {} to {} may come in on {}: the kernel drops it "
                                  "as a martian",
                                  source.str(), destination.str(),
                                  arrival.device.empty() ? "any interface" : arrival.device),
                      "a loopback address, or one of this namespace's own as the source, is good "
                      "only within: send from here, or to an address that others can reach"};
  if (!refused) return std::nullopt;
  const bool no_way_back = arrival.back.error != 0;
  // The loose filter needs a route, too, over whichever interface.
  const std::string command =
      no_way_back ? fmt::format("ip route add {} dev {}", source.str(), arrival.device)
                  : sysctl_command(fmt::format("net/ipv4/conf/{}/rp_filter", arrival.device), "2");
  return Conclusion{
      "reverse-path-filter",
      Answer::nothing,
      fmt::format("the SYN is dropped by the reverse path filter: it comes in on {}, and packets "
                  "to its source {} {}",
                  arrival.device, source.str(),
                  no_way_back ? std::string("have no route") : "leave by " + arrival.back.device) +
          ". ARP requests from there get no answer either: on that link connect() fails with "
          "EHOSTUNREACH, unless the sender knows the link-layer address already",
      no_way_back ? fmt::format("give {} a route over {}", source.str(), arrival.device)
                  : fmt::format("give {} a route over {}, or loosen the filter (the greater of "
                                "this value and of conf.all counts)",
                                source.str(), arrival.device),
      {command}};
}

// What a namespace sends to itself goes over lo, or over the VRF's own device.
std::optional<Conclusion> loopback_is_down(const Facts& facts) {
  const Arrival& arrival = facts.arrival;
  if (!arrival.local_sender) return std::nullopt;
  const Interface* carrier =
      find_interface(facts.interfaces, arrival.vrf.empty() ? "lo" : arrival.vrf);
  if (!carrier || carrier->up) return std::nullopt;
  return Conclusion{"interface-down",
                    Answer::nothing,
                    fmt::format("{} is down, and all that {} sends to itself goes over it: the "
                                "SYN is dropped",
                                carrier->name, netns_of(facts.question)),
                    "set the interface up",
                    {fmt::format("ip link set {} up", carrier->name)}};
}

// It was named (--device): by one that is assumed a route leads back. What becomes of the ports of
// a bridge that is down is another matter (answer_leaves_by_port()).
std::optional<Conclusion> arriving_device_is_down(const Facts& facts) {
  const Interface* device = find_interface(facts.interfaces, facts.arrival.device);
  if (!device || device->up ||
      std::ranges::find(facts.interfaces, device->name, &Interface::master) !=
          facts.interfaces.end())
    return std::nullopt;
  return Conclusion{"interface-down",
                    Answer::nothing,
                    fmt::format("{} is down: no SYN comes in there", device->name),
                    "set the interface up",
                    {fmt::format("ip link set {} up", device->name)}};
}

std::string delivered(const Facts& facts) {
  const Arrival& arrival = facts.arrival;
  const std::string address = destination_of(facts).str();
  if (arrival.local_sender)
    return fmt::format(
        "{} is local, and so is the sender: the SYN stays in this namespace, and "
        "counts as having come in on {}",
        address, arrival.device);
  std::string text = address + " is local: the SYN";
  if (!arrival.device.empty()) text += fmt::format(", coming in on {},", arrival.device);
  return text + " is delivered to TCP";
}

// ip6_rcv_core() drops it before any rule is asked.
bool is_dropped_at_once(const Facts& facts) {
  const bool loopback =
      facts.question.source->address.is_loopback() || destination_of(facts).is_loopback();
  return (destination_of(facts).family() == Family::inet6 && loopback) ||
         ipv6_off_where_it_comes_in(facts);
}

// ip_route_connect() returns the error of a route before tcp_v4_connect() looks whether the
// destination is a broadcast or multicast address; tcp_v6_connect() looks first.
bool is_refused_before_its_kind(const Facts& facts, bool sent_here) {
  const int error = facts.arrival.there.error;
  return sent_here && destination_of(facts).family() == Family::inet && error != 0 &&
         error != ENETUNREACH;
}

}  // namespace

std::optional<Conclusion> before_tcp(const Facts& facts, Diagnosis& diagnosis) {
  const Arrival& arrival = facts.arrival;
  const bool sent_here = is_sent_here(facts);
  const auto add_step = [&](const std::string& text) {
    diagnosis.steps.push_back(
        {"route", route_function(destination_of(facts).family(), sent_here), text, "rtnetlink"});
  };
  const auto stop = [&](Conclusion conclusion) {
    add_step(routes_in_words(arrival, destination_of(facts)));
    return conclusion;
  };

  const RouteAnswer& there = arrival.there;
  if (arrival.source_decides)
    diagnosis.not_observed.push_back(
        {"source-address",
         "which source connect() chooses: there are routes for some sources alone", true});
  // bind() comes before connect(), and before any route.
  if (auto conclusion = source_port_is_privileged(facts)) return stop(*conclusion);
  if (auto conclusion = source_cannot_be_bound(facts)) return stop(*conclusion);
  if (auto conclusion = source_is_held(facts)) return stop(*conclusion);
  const bool to_many = there.type == RouteType::broadcast || there.type == RouteType::multicast;
  if (!sent_here)
    if (auto conclusion = arriving_device_is_down(facts)) return stop(*conclusion);
  if (!sent_here && !is_dropped_at_once(facts)) {
    if (auto conclusion = ended_by_rule(facts, {"prerouting"})) return stop(*conclusion);
    if (to_many)
      if (auto conclusion = ended_by_rule(facts, {"input"})) return stop(*conclusion);
  }
  if (!sent_here)
    if (auto conclusion = ipv6_off_where_it_comes_in(facts)) return stop(*conclusion);
  if (auto conclusion = loopback_source(facts)) return stop(*conclusion);
  if (is_refused_before_its_kind(facts, sent_here))
    if (auto conclusion = refused_route(facts, diagnosis)) return stop(*conclusion);
  if (is_multicast(destination_of(facts)) || to_many) return stop(not_unicast(facts));
  if (auto conclusion = scope_is_missing(facts)) return stop(*conclusion);
  if (auto conclusion = no_ipv6_address(facts)) return stop(*conclusion);
  if (auto conclusion = refused_route(facts, diagnosis)) return stop(*conclusion);
  if (facts.question.source && !arrival.local_sender) {
    if (auto conclusion = source_is_of_many(facts)) return stop(*conclusion);
    if (auto conclusion = refused_addresses(facts)) return stop(*conclusion);
  }
  if (auto conclusion = stopped_on_the_way_out_by_ipsec(facts, diagnosis)) return stop(*conclusion);
  if (there.error == 0) {
    if (auto conclusion = no_free_port(facts)) return stop(*conclusion);
    if (auto conclusion = source_in_use(facts, diagnosis)) return stop(*conclusion);
    if (arrival.local_sender) {
      if (auto conclusion = ended_by_rule(facts, {"output", "postrouting"}))
        return stop(*conclusion);
      // What goes out on lo comes in again.
      if (leads_over_loopback(there, facts))
        if (auto conclusion = ended_by_rule(facts, {"prerouting"})) return stop(*conclusion);
    } else if (fate_of(facts) == Answer::elsewhere) {
      if (auto conclusion = ended_by_rule(facts, {"forward", "postrouting"}))
        return stop(*conclusion);
    }
  }
  if (auto conclusion = ipv6_off_where_it_leaves(facts)) return stop(*conclusion);
  if (auto conclusion = route_over_loopback(facts, diagnosis)) return stop(*conclusion);
  if (!there.is_delivered()) return stop(not_ours(facts, diagnosis));
  if (auto conclusion = loopback_is_down(facts)) return stop(*conclusion);
  if (auto conclusion = ipv6_off_where_it_comes_in(facts)) return stop(*conclusion);
  if (auto conclusion = ended_by_rule(facts, {"prerouting", "input"})) return stop(*conclusion);
  if (auto conclusion = anycast(facts)) return stop(*conclusion);
  if (auto conclusion = no_return_path(facts, diagnosis)) return stop(*conclusion);
  if (auto conclusion = stopped_on_the_way_in_by_ipsec(facts, diagnosis)) return stop(*conclusion);
  add_step(delivered(facts));
  return std::nullopt;
}

}  // namespace lab::explain
