// SPDX-License-Identifier: MIT
//
// Does the SYN reach TCP in this namespace at all? Routing decides, and this
// says why in terms of interfaces and addresses.
#include <fmt/format.h>

#include <cerrno>

#include "explain/parts.hpp"
#include "explain/words.hpp"
#include "record/owner_names.hpp"
#include "util/error.hpp"

namespace lab::explain {
namespace {

const Address& destination_of(const Facts& facts) { return facts.question.destination.address; }

bool is_loopback(const Address& address) {
  return address == Address::loopback(Family::inet6) ||
         (address.family() == Family::inet && address.bytes()[0] == 127);
}

// For a SYN that TCP here does not get: what becomes of it instead.
Answer fate_of(const Facts& facts) {
  const bool sent_here = facts.arrival.local_sender || !facts.question.source;
  if (facts.arrival.there.error == 0 && facts.arrival.there.type == RouteType::unicast)
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
  return way;
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
    case RouteType::other:
      break;
  }
  return fmt::format("{} is reached by no route", destination.str());
}

// The interface that should have the destination but does not take packets to it.
std::optional<Conclusion> sleeping_interface(const Facts& facts, Answer fate) {
  const Address& destination = destination_of(facts);
  const std::string consequence = fate_in_words(fate, facts);
  const Interface* owner = owner_of(facts.interfaces, destination);
  if (!owner) {
    // lo gets its addresses when it is set up for the first time.
    const Interface* lo = find_interface(facts.interfaces, "lo");
    if (!is_loopback(destination) || !lo || lo->up) return std::nullopt;
    owner = lo;
  }
  if (!owner->up)
    return Conclusion{"interface-down", fate,
                      fmt::format("{} belongs to {}, and {} is down: {}", destination.str(),
                                  owner->name, owner->name, consequence),
                      fmt::format("ip link set {} up", owner->name)};
  for (const InterfaceAddress& each : owner->addresses)
    if (each.address == destination && each.tentative)
      return Conclusion{
          "address-tentative", fate,
          fmt::format("{} is an address of {}, but still tentative: duplicate address detection "
                      "has not ended, or has found a duplicate; {}",
                      destination.str(), owner->name, consequence),
          fmt::format("ip -6 address show dev {}: 'tentative' passes in a second or two, "
                      "'dadfailed' means that another host has this address",
                      owner->name)};
  if (!owner->vrf.empty() && facts.arrival.vrf != owner->vrf)
    return Conclusion{
        "other-vrf", fate,
        fmt::format("{} is an address of {}, which belongs to VRF {}, and this SYN is not in that "
                    "VRF: {}",
                    destination.str(), owner->name, owner->vrf, consequence),
        fmt::format("connect from within the VRF (ip vrf exec {} COMMAND); to ask about a SYN that "
                    "comes in from outside: --device {}",
                    owner->vrf, owner->name)};
  return std::nullopt;
}

// That have the destination's address.
std::vector<const OtherNetns*> spaces_of(const Facts& facts) {
  std::vector<const OtherNetns*> spaces;
  for (const OtherNetns& space : facts.others.namespaces)
    if (may_be_at(space.interfaces, destination_of(facts), facts.neighbour))
      spaces.push_back(&space);
  return spaces;
}

Conclusion not_ours(const Facts& facts) {
  const Address& destination = destination_of(facts);
  const Answer fate = fate_of(facts);
  if (auto conclusion = sleeping_interface(facts, fate)) return *conclusion;

  if (const auto spaces = spaces_of(facts); !spaces.empty()) {
    const OtherNetns* space = spaces.front();
    const std::string others =
        spaces.size() == 1 ? "" : fmt::format(" (and {} more)", spaces.size() - 1);
    std::optional<Address> source;
    if (facts.question.source) source = facts.question.source->address;
    return {
        "not-local", fate,
        fmt::format("{} is no address of {}, but of {}{}: {}", destination.str(),
                    netns_of(facts.question), name_of(*space), others, fate_in_words(fate, facts)),
        "ask there: " + ask_there(*space, facts.question.destination, source)};
  }
  if (fate == Answer::not_sent)
    return {"no-route", fate,
            fmt::format("there is no way from {} to {}: {}", netns_of(facts.question),
                        destination.str(), fate_in_words(fate, facts)),
            fmt::format("ip route get {}, and then a route, or the right namespace (--netns)",
                        destination.str())};
  return {"not-local", fate,
          fmt::format("{} is no address of {}: {}", destination.str(), netns_of(facts.question),
                      fate_in_words(fate, facts)),
          fmt::format("ask on the host that has {}, or in its network namespace (--netns)",
                      destination.str())};
}

// A packet that comes in from outside may be refused for its addresses alone.
// The errno does not tell by which rule: since Linux 6.14 it is EINVAL for the
// reverse path filter, too, which had been EXDEV.
std::optional<Conclusion> refused_addresses(const Facts& facts) {
  const Arrival& arrival = facts.arrival;
  const Address& source = facts.question.source->address;
  const Address& destination = destination_of(facts);
  const bool refused = arrival.there.error == EXDEV || arrival.there.error == EINVAL;
  const bool loopback = is_loopback(source) || is_loopback(destination);
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
  return Conclusion{
      "reverse-path-filter", Answer::nothing,
      fmt::format(
          "the SYN is dropped by the reverse path filter: it comes in on {}, and packets "
          "to its source {} {}",
          arrival.device, source.str(),
          arrival.back.error ? std::string("have no route") : "leave by " + arrival.back.device),
      fmt::format("give {} a route over {}, or loosen the filter: sysctl "
                  "net.ipv4.conf.{}.rp_filter=2 (the greater of this and of conf.all counts)",
                  source.str(), arrival.device, arrival.device)};
}

// What a namespace sends to itself goes over lo, or over the VRF's own device.
std::optional<Conclusion> loopback_is_down(const Facts& facts) {
  const Arrival& arrival = facts.arrival;
  if (!arrival.local_sender) return std::nullopt;
  const Interface* carrier =
      find_interface(facts.interfaces, arrival.vrf.empty() ? "lo" : arrival.vrf);
  if (!carrier || carrier->up) return std::nullopt;
  return Conclusion{"interface-down", Answer::nothing,
                    fmt::format("{} is down, and whatever {} sends to itself goes over it: the "
                                "SYN is dropped",
                                carrier->name, netns_of(facts.question)),
                    fmt::format("ip link set {} up", carrier->name)};
}

std::optional<Conclusion> no_return_route(const Facts& facts) {
  if (facts.arrival.local_sender || facts.arrival.back.error == 0) return std::nullopt;
  const std::string source = facts.question.source->address.str();
  return Conclusion{
      "no-return-route", Answer::nothing,
      fmt::format("there is no route back to {} ({}): tcp_conn_request() drops a SYN that it "
                  "cannot answer, and a RST could not be sent either",
                  source, errno_name(facts.arrival.back.error)),
      fmt::format("ip route get {}, then add the route that is missing", source)};
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

}  // namespace

std::optional<Conclusion> before_tcp(const Facts& facts, Diagnosis& diagnosis) {
  const Arrival& arrival = facts.arrival;
  const bool sent_here = arrival.local_sender || !facts.question.source;
  const auto add_step = [&](const std::string& text) {
    diagnosis.steps.push_back(
        {"route", route_function(destination_of(facts).family(), sent_here), text, "rtnetlink"});
  };
  const auto stop = [&](Conclusion conclusion) {
    add_step(routes_in_words(arrival, destination_of(facts)));
    return conclusion;
  };

  if (facts.question.source && !arrival.local_sender)
    if (auto conclusion = refused_addresses(facts)) return stop(*conclusion);
  const RouteAnswer& there = arrival.there;
  if (there.error == 0 &&
      (there.type == RouteType::broadcast || there.type == RouteType::multicast))
    return stop({"not-unicast", sent_here ? Answer::not_sent : Answer::nothing,
                 fmt::format("{} is a {} address: TCP speaks to one host at a time",
                             destination_of(facts).str(),
                             there.type == RouteType::broadcast ? "broadcast" : "multicast"),
                 "use the address of the host"});
  if (there.error != 0 || there.type != RouteType::local) return stop(not_ours(facts));
  if (auto conclusion = loopback_is_down(facts)) return stop(*conclusion);
  if (auto conclusion = no_return_route(facts)) return stop(*conclusion);
  add_step(delivered(facts));
  return std::nullopt;
}

}  // namespace lab::explain
