// SPDX-License-Identifier: MIT
#include "run/plan.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>
#include <string>
#include <unordered_map>

#include "run/addresses.hpp"
#include "util/error.hpp"

namespace lab::run {
namespace {

int all_bits(const Address& address) { return static_cast<int>(address.size()) * 8; }

Network link_network(const Address& address) {
  return Network::of(address, static_cast<int>(prefix_length(address.family())));
}

class Planner {
 public:
  Planner(const scenario::Scenario& scenario, Family family)
      : scenario_(scenario), family_(family) {}

  std::vector<HostPlan> plan() {
    for (const scenario::Host& host : scenario_.hosts) {
      numbers_[host.name] = plans_.size();
      plans_.push_back({host.name, {}, {}, {}});
    }
    for (std::size_t link = 0; link < scenario_.links.size(); ++link) place_link(link);
    for (std::size_t host = 0; host < plans_.size(); ++host) place_extra(host);
    for (HostPlan& host : plans_) see_neighbours(host);
    for (std::size_t host = 0; host < plans_.size(); ++host)
      for (const scenario::Route& route : scenario_.hosts[host].routes) add(plans_[host], route);
    for (HostPlan& host : plans_) see_far(host);
    return std::move(plans_);
  }

 private:
  HostPlan& host_named(const std::string& name) { return plans_[numbers_.at(name)]; }

  std::array<Address, 2> addresses_of(std::size_t link) const {
    const auto given = scenario_.links[link].addresses.find(family_);
    if (given != scenario_.links[link].addresses.end()) return given->second;
    return {link_address(family_, link, 0), link_address(family_, link, 1)};
  }

  void place_link(std::size_t link) {
    const auto addresses = addresses_of(link);
    const auto& ends = scenario_.links[link].ends;
    for (std::size_t end = 0; end < 2; ++end) {
      const auto& [name, device] = ends[end];
      HostPlan& host = host_named(name);
      host.interfaces.push_back({device, link, end, addresses[end], ends[1 - end].host, {}, {}});
      host.routes.push_back({link_network(addresses[end]), device, std::nullopt, true});
      taken_.insert(addresses[end]);
    }
  }

  Address next_free(const Address& neighbour) {
    std::array<std::uint8_t, 16> bytes{};
    std::copy_n(neighbour.bytes(), neighbour.size(), bytes.begin());
    std::uint8_t& last = bytes[neighbour.size() - 1];
    constexpr std::uint8_t end = 255;  // of an IPv4 network it is the broadcast address
    for (last = 1; last < end; ++last) {
      const Address candidate = Address::from_bytes(family_, bytes.data());
      if (taken_.insert(candidate).second) return candidate;
    }
    throw UsageError(fmt::format("the network of {} has no address left", neighbour.str()));
  }

  void place_extra(std::size_t number) {
    HostPlan& host = plans_[number];
    for (const auto& [name, device] : scenario_.hosts[number].addresses) {
      const auto interface = std::ranges::find(host.interfaces, device, &PlannedInterface::device);
      if (interface != host.interfaces.end()) {
        const Address address = next_free(interface->address);
        host.extra.push_back({name, device, address, static_cast<int>(prefix_length(family_))});
      } else {
        const Address address = lone_address(family_, number, host.extra.size() + 1);
        host.extra.push_back({name, device, address, all_bits(address)});
      }
    }
  }

  // The first route to a destination wins: the first link to a host is the route to it.
  static void add_route(HostPlan& host, const PlannedRoute& route) {
    if (std::ranges::find(host.routes, route.to, &PlannedRoute::to) == host.routes.end())
      host.routes.push_back(route);
  }

  // The addresses of the host at the other end of each link that are reachable over it: its
  // address there, the further ones on that device, and those on no link.
  void see_neighbours(HostPlan& host) {
    for (PlannedInterface& interface : host.interfaces) {
      const HostPlan& peer = host_named(interface.peer);
      const auto far = std::ranges::find_if(peer.interfaces, [&](const PlannedInterface& each) {
        return each.link == interface.link;
      });
      interface.neighbours.push_back(far->address);
      for (const PlannedAddress& extra : peer.extra)
        if (extra.device == far->device || extra.prefix_length == all_bits(extra.address))
          interface.neighbours.push_back(extra.address);
      for (const Address& address : interface.neighbours)
        if (!link_network(interface.address).contains(address))
          add_route(host, {{address, all_bits(address)}, interface.device, std::nullopt, false});
    }
  }

  void add(HostPlan& host, const scenario::Route& route) {
    const auto by = std::ranges::find(host.interfaces, route.via, &PlannedInterface::peer);
    if (by == host.interfaces.end())
      throw UsageError(
          fmt::format("{}:{}: host {} has no link to {}, so a route cannot go through it",
                      scenario_.file, route.at.line, host.name, route.via));
    const Address gateway = by->neighbours.front();
    const auto lead = [&](const Network& to) { add_route(host, {to, by->device, gateway, false}); };
    if (route.to.empty()) {
      lead({Address::any(family_), 0});
      return;
    }
    const HostPlan& target = host_named(route.to);
    for (const PlannedInterface& interface : target.interfaces)
      lead(link_network(interface.address));
    for (const PlannedAddress& extra : target.extra)
      lead(Network::of(extra.address, extra.prefix_length));
  }

  void see_far(HostPlan& host) {
    for (const HostPlan& other : plans_) {
      if (&other == &host) continue;
      const auto see = [&](const Address& address) {
        const PlannedRoute* route = route_to(host, address);
        if (!route) return;
        std::ranges::find(host.interfaces, route->device, &PlannedInterface::device)
            ->reaches.push_back(address);
      };
      for (const PlannedInterface& interface : other.interfaces) see(interface.address);
      for (const PlannedAddress& extra : other.extra) see(extra.address);
    }
  }

  const scenario::Scenario& scenario_;
  const Family family_;
  std::vector<HostPlan> plans_;
  std::unordered_map<std::string, std::size_t> numbers_;  // by name, in plans_
  std::set<Address> taken_;
};

}  // namespace

Network Network::of(const Address& address, int prefix_length) {
  std::array<std::uint8_t, 16> bytes{};
  for (std::size_t bit = 0; bit < static_cast<std::size_t>(prefix_length); ++bit) {
    const auto mask = static_cast<std::uint8_t>(0x80 >> bit % 8);
    bytes[bit / 8] = static_cast<std::uint8_t>(bytes[bit / 8] | (address.bytes()[bit / 8] & mask));
  }
  return {Address::from_bytes(address.family(), bytes.data()), prefix_length};
}

// Asked for each host about each address of all others.
bool Network::contains(const Address& other) const {
  return other.has_prefix(address, prefix_length);
}

std::set<std::string> HostPlan::other_devices() const {
  std::set<std::string> others;
  for (const PlannedAddress& each : extra)
    if (std::ranges::find(interfaces, each.device, &PlannedInterface::device) == interfaces.end())
      others.insert(each.device);
  return others;
}

std::vector<HostPlan> plan(const scenario::Scenario& scenario, Family family) {
  return Planner(scenario, family).plan();
}

HostRecord record_of(const HostPlan& host) {
  HostRecord record;
  record.name = host.name;
  for (const PlannedInterface& interface : host.interfaces)
    record.addresses.emplace_back(interface.device, interface.address);
  for (const PlannedAddress& extra : host.extra)
    record.extra_addresses.push_back({extra.name, extra.device, extra.address});
  return record;
}

const PlannedRoute* route_to(const HostPlan& host, const Address& address) {
  const PlannedRoute* best = nullptr;
  for (const PlannedRoute& route : host.routes)
    if (route.to.contains(address) && (!best || route.to.prefix_length > best->to.prefix_length))
      best = &route;
  return best;
}

}  // namespace lab::run
