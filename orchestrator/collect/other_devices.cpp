// SPDX-License-Identifier: MIT
#include "collect/other_devices.hpp"

#include "net/route.hpp"

namespace lab::collect {
namespace {

// Nothing comes in on a dummy, which has no ARP; nor on a tunnel that leads elsewhere, but that is
// not known.
bool may_receive(const Interface& device) {
  return device.up && device.carrier && !device.loopback && !device.is_vrf &&
         device.master.empty() && (device.asks_for_neighbours || device.link_address.empty());
}

// Some policy rules look at the source of the answer.
bool leads_back_by(Netlink& netlink, const Interface& device, const Facts& facts) {
  const Address& source = facts.question.source->address;
  const Address& destination = facts.question.destination.address;
  RouteQuestion question{source, destination, 0, device.index};
  question.by_entry_alone = true;
  RouteAnswer answer = ask_route(netlink, question);
  if (answer.error != 0) {
    question.source.reset();
    answer = ask_route(netlink, question);
  }
  return answer.error == 0 && answer.type == RouteType::unicast && answer.device == device.name;
}

}  // namespace

const Interface* behind(const Interface* device, const Facts& facts) {
  while (device && !device->master.empty() && !device->is_switched)
    device = find_interface(facts.interfaces, device->master);
  return device;
}

std::vector<std::string> other_devices(Netlink& netlink, const Facts& facts) {
  const Address& source = facts.question.source->address;
  const Interface* assumed = find_interface(facts.interfaces, facts.arrival.device);
  const Interface* owner =
      behind(owner_of(facts.interfaces, facts.question.destination.address), facts);
  std::vector<std::string> others;
  if (!assumed || source.is_link_local()) return others;
  for (const Interface& each : facts.interfaces) {
    if (&each == assumed || each.vrf != assumed->vrf || !may_receive(each)) continue;
    const bool has_destination = &each == owner && !is_on_link(*assumed, source);
    if (has_destination || leads_back_by(netlink, each, facts)) others.push_back(each.name);
  }
  return others;
}

}  // namespace lab::collect
