// SPDX-License-Identifier: MIT
#include "run/configure_interfaces.hpp"

#include <algorithm>
#include <cerrno>

#include "net/neighbour.hpp"
#include "run/addresses.hpp"
#include "util/error.hpp"

namespace lab::run {
namespace {

void add_missing_address(Netlink& netlink, int index, const Address& address, unsigned length) {
  try {
    add_address(netlink, index, address, static_cast<int>(length));
  } catch (const SystemError& error) {
    if (error.error() != EEXIST) throw;
  }
}

}  // namespace

void add_addresses(Host& host, const std::string& device) {
  if (!host.has_stack()) return;
  Netlink& netlink = host.netlink();
  for (std::size_t link = 0; link < host.interfaces().size(); ++link) {
    const Interface& interface = host.interfaces()[link];
    if (interface.end.name != device) continue;
    add_missing_address(netlink, interface.end.index, interface.address,
                        prefix_length(interface.address.family()));
    for (const Address& neighbour : host.plan().interfaces[link].neighbours)
      add_neighbour(netlink, interface.end.index, neighbour, interface.peer_mac);
  }
  for (const PlannedAddress& extra : host.plan().extra)
    if (extra.device == device)
      add_missing_address(netlink, index_of(netlink, device), extra.address,
                          static_cast<unsigned>(extra.prefix_length));
}

void await_addresses(Host& host, const std::string& device, const Deadline& deadline) {
  if (!host.has_stack()) return;
  // Addresses in a VRF are usable only in that VRF.
  const auto interface = std::ranges::find_if(
      host.interfaces(), [&](const Interface& each) { return each.end.name == device; });
  int vrf = interface == host.interfaces().end() ? 0 : interface->vrf;
  if (host.vrfs().contains(device)) vrf = host.vrfs().at(device);
  for (const PlannedAddress& extra : host.plan().extra)
    if (extra.device == device) await_address(host.netlink(), extra.address, deadline, vrf);
}

void await_ready(Host& host, const Interface& interface, const Deadline& deadline) {
  await_running(host.netlink(), interface.end, deadline);
  if (!host.has_stack()) return;
  await_address(host.netlink(), interface.address, deadline, interface.vrf);
  await_addresses(host, interface.end.name, deadline);
}

void add_routes(Host& host, const Interface& interface) {
  if (!host.has_stack()) return;
  for (const PlannedRoute& planned : host.plan().routes) {
    if (planned.own || planned.device != interface.end.name) continue;
    Route route;
    route.destination = planned.to.address;
    route.prefix_length = planned.to.prefix_length;
    route.link_index = interface.end.index;
    route.gateway = planned.gateway;
    route.table = interface.table;
    // A host route has a lower priority than the detour of a held link (hold_neighbour.cpp).
    constexpr std::uint32_t above_the_kernels_choice = 2048;
    const bool one_host =
        planned.to.prefix_length == static_cast<int>(planned.to.address.size()) * 8;
    if (one_host) route.metric = above_the_kernels_choice;
    replace_route(host.netlink(), route);
  }
}

}  // namespace lab::run
