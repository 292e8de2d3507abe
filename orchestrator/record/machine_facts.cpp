// SPDX-License-Identifier: MIT
#include "record/machine_facts.hpp"

#include <algorithm>

namespace lab {

const Interface* find_interface(const std::vector<Interface>& interfaces, const std::string& name) {
  const auto found = std::ranges::find(interfaces, name, &Interface::name);
  return found == interfaces.end() ? nullptr : &*found;
}

const Interface* owner_of(const std::vector<Interface>& interfaces, const Address& address) {
  const auto has_it = [&address](const Interface& interface) {
    return std::ranges::any_of(interface.addresses, [&address](const InterfaceAddress& each) {
      return each.address == address;
    });
  };
  const auto found = std::ranges::find_if(interfaces, has_it);
  return found == interfaces.end() ? nullptr : &*found;
}

const NextHop* hop_of_answer(const Facts& facts) {
  const RouteAnswer& there = facts.arrival.there;
  if (facts.arrival.local_sender) return nullptr;
  const auto& hop =
      there.error == 0 && there.type == RouteType::unicast ? facts.hop_of_refusal : facts.next_hop;
  return hop ? &*hop : nullptr;
}

bool leads_over_loopback(const RouteAnswer& route, const Facts& facts) {
  const Interface* device = find_interface(facts.interfaces, route.device);
  return route.error == 0 && route.type == RouteType::unicast && device && device->loopback;
}

bool is_on_link(const Interface& interface, const Address& address) {
  return std::ranges::any_of(interface.addresses, [&](const InterfaceAddress& each) {
    return address.has_prefix(each.address, each.prefix_length);
  });
}

bool may_be_at(const std::vector<Interface>& interfaces, const Address& address,
               const std::string& neighbour) {
  const Interface* owner = owner_of(interfaces, address);
  return owner && (neighbour.empty() || neighbour == owner->link_address);
}

}  // namespace lab
