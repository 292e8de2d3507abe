// SPDX-License-Identifier: MIT
#include "record/machine_facts.hpp"

#include <algorithm>
#include <set>

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

bool may_be_at(const std::vector<Interface>& interfaces, const Address& address,
               const std::string& neighbour) {
  const Interface* owner = owner_of(interfaces, address);
  return owner && (neighbour.empty() || neighbour == owner->link_address);
}

std::optional<std::uint16_t> unused_port(const Sysctls& sysctls, const std::vector<Row>& sockets,
                                         std::uint16_t but) {
  constexpr PortRange by_default{32768, 60999};
  const PortRange range = sysctls.ip_local_port_range.value_or(by_default);
  std::set<std::uint16_t> used{but};
  for (const Row& row : sockets) {
    used.insert(row.local.port);
    used.insert(row.remote.port);
  }
  for (unsigned port = range.first; port <= range.last; ++port)
    if (!used.contains(static_cast<std::uint16_t>(port))) return static_cast<std::uint16_t>(port);
  return std::nullopt;
}

}  // namespace lab
