// SPDX-License-Identifier: MIT
//
// Whether this host answers ARP for the destination, on the interface by which the SYN comes in
// (arp_process()).
#include <fmt/format.h>

#include <algorithm>

#include "explain/parts.hpp"

namespace lab::explain {
namespace {

// net.ipv4.conf.*.arp_ignore, as ip-sysctl.rst numbers what it does.
enum ArpIgnore : int { own_interface = 1, own_subnet = 2, no_host_scope = 3, all = 8 };

// arp_ignore()
bool is_ignored(const Facts& facts, const Interface& device, int mode) {
  const Address& destination = destination_of(facts);
  const auto is_here = [&](const InterfaceAddress& each) { return each.address == destination; };
  switch (mode) {
    case own_interface:
      return std::ranges::none_of(device.addresses, is_here);
    case own_subnet:
      return std::ranges::none_of(device.addresses, [&](const InterfaceAddress& each) {
        return is_here(each) &&
               facts.question.source->address.has_prefix(each.address, each.prefix_length);
      });
    case no_host_scope:
      return std::ranges::none_of(facts.interfaces, [&](const Interface& interface) {
        return std::ranges::any_of(interface.addresses, [&](const InterfaceAddress& each) {
          return is_here(each) && !each.is_of_host;
        });
      });
    case all:
      return true;
    default:
      return false;
  }
}

}  // namespace

std::string why_no_arp_reply(const Facts& facts) {
  const Interface* device = find_interface(facts.interfaces, facts.arrival.device);
  if (!device || facts.arrival.local_sender || destination_of(facts).family() != Family::inet)
    return "";
  if (device->arp_is_off && facts.is_entered_by_hand) return "";
  if (device->arp_is_off) return fmt::format("ARP is off on {} (ip link: NOARP)", device->name);
  // Nobody asks on a tunnel.
  if (!device->asks_for_neighbours) return "";
  const int mode = facts.sysctls.arp_ignore.value_or(0);
  if (is_ignored(facts, *device, mode))
    return fmt::format("net.ipv4.conf.{}.arp_ignore (or that of conf.all) is {}", device->name,
                       mode);
  // arp_filter()
  const RouteAnswer& back = facts.arrival.back;
  if (facts.sysctls.arp_filter.value_or(false) &&
      (back.error != 0 || leaves_elsewhere(facts.arrival, back)))
    return fmt::format(
        "net.ipv4.conf.{}.arp_filter (or that of conf.all) is 1, and packets to "
        "its sender do not leave by {}",
        device->name, device->name);
  return "";
}

}  // namespace lab::explain
