// SPDX-License-Identifier: MIT
#include <algorithm>
#include <array>

#include "capture/timestamps.hpp"
#include "net/neighbour.hpp"
#include "run/addresses.hpp"
#include "run/host.hpp"

namespace lab::run {
namespace {

constexpr int loopback_index = 1;                  // LOOPBACK_IFINDEX, net/net_namespace.h
constexpr std::chrono::seconds link_deadline{30};  // a busy guest may take seconds

Host& find(std::deque<Host>& hosts, const std::string& name) {
  return *std::find_if(hosts.begin(), hosts.end(),
                       [&](const Host& host) { return host.name() == name; });
}

// Both ends of one link: device, addresses, and each end's neighbour entry for
// the other, so that the first packet on it is one that a scenario sent.
void build_link(std::deque<Host>& hosts, const scenario::Link& link, std::size_t number,
                Family family) {
  std::array<Host*, 2> host;
  std::array<Interface, 2> interface;
  for (std::size_t end = 0; end < 2; ++end) {
    host[end] = &find(hosts, link.ends[end].host);
    const auto station = static_cast<std::uint32_t>(2 * number + end + 1);
    // No two ends share an index: a device whose index equals its peer's counts
    // as a plain one to linkwatch_urgent_event(), and its carrier may then wait
    // for linkwatch's next turn, which comes once a second (seen on 6.1).
    const auto index = static_cast<int>(station) + loopback_index;
    interface[end].end = {link.ends[end].device, Mac::numbered(station), index};
    interface[end].address = link_address(family, number, end);
  }
  add_veth(host[0]->netlink(), interface[0].end, host[1]->space(), interface[1].end);
  for (std::size_t end = 0; end < 2; ++end) {
    const Interface& peer = interface[1 - end];
    interface[end].peer_address = peer.address;
    interface[end].peer_mac = peer.end.mac;
    disable_offloads(host[end]->space(), interface[end].end.name);
    set_link_up(host[end]->netlink(), interface[end].end);
    add_address(host[end]->netlink(), interface[end].end.index, interface[end].address,
                static_cast<int>(prefix_length(family)));
    add_neighbour(host[end]->netlink(), interface[end].end.index, peer.address, peer.end.mac);
    host[end]->add(interface[end]);
  }
}

}  // namespace

std::deque<Host> build(const scenario::Scenario& scenario, Family family) {
  request_timestamps();  // first, because the kernel takes its time to begin
  std::deque<Host> hosts;
  for (const scenario::Host& planned : scenario.hosts) {
    Host& host = hosts.emplace_back(planned.name);
    for (const auto& [name, value] : planned.sysctls) {
      std::string path = name;
      std::replace(path.begin(), path.end(), '.', '/');
      write_sysctl(host.space(), path, value);
    }
  }
  for (std::size_t number = 0; number < scenario.links.size(); ++number)
    build_link(hosts, scenario.links[number], number, family);

  const Deadline deadline(link_deadline);
  for (Host& host : hosts) {
    for (const Interface& interface : host.interfaces()) {
      await_running(host.netlink(), interface.end, deadline);
      await_address(host.netlink(), interface.address, deadline);
    }
  }
  return hosts;
}

}  // namespace lab::run
