// SPDX-License-Identifier: MIT
#include <fmt/format.h>
#include <sys/resource.h>

#include <algorithm>
#include <array>
#include <string>
#include <unordered_map>

#include "capture/timestamps.hpp"
#include "net/impairment.hpp"
#include "net/interfaces.hpp"
#include "net/vrf.hpp"
#include "run/addresses.hpp"
#include "run/configure_interfaces.hpp"
#include "run/host.hpp"
#include "util/error.hpp"

namespace lab::run {
namespace {

constexpr std::chrono::seconds link_deadline{30};  // a busy guest may take seconds

using ByName = std::unordered_map<std::string, Host*>;

// Each host is some open files: its namespace, its netlink sockets, its capture, its
// tables. The usual limit, 1024, is for some hundred hosts.
void require_open_files(std::size_t hosts) {
  constexpr rlim_t each = 10, others = 256;
  const rlim_t wanted = hosts * each + others;
  rlimit limit{};
  checked(::getrlimit(RLIMIT_NOFILE, &limit), "getrlimit", "RLIMIT_NOFILE");
  if (limit.rlim_cur >= wanted) return;
  const rlim_t most = limit.rlim_max;
  limit.rlim_cur = wanted;
  limit.rlim_max = std::max(most, wanted);
  if (::setrlimit(RLIMIT_NOFILE, &limit) != 0)
    throw EnvironmentError(fmt::format(
        "{} hosts need {} open files, and this process may have {}: raise the limit with "
        "ulimit -n",
        hosts, wanted, most));
}

// Such a sysctl, like net.ipv4.conf.eth0.rp_filter, can only be written when eth0 exists.
bool is_of_a_device(const std::string& sysctl, const scenario::Scenario& scenario,
                    const scenario::Host& host) {
  const auto names = [&](const std::string& device) {
    return sysctl.find("." + device + ".") != std::string::npos;
  };
  for (const scenario::Link& link : scenario.links)
    for (const scenario::Link::End& end : link.ends)
      if (end.host == host.name && names(end.device)) return true;
  return std::ranges::any_of(host.vrfs, [&](const auto& vrf) { return names(vrf.first); });
}

void write_sysctls(const Host& host, const scenario::Scenario& scenario,
                   const scenario::Host& planned, bool of_devices) {
  for (const auto& [name, value] : planned.sysctls)
    if (is_of_a_device(name, scenario, planned) == of_devices)
      write_sysctl(host.netns(), sysctl_path(name), value);
}

// Always sets forwarding, because a new namespace copies the first one's IPv4 setting
// (devinet_init_net), and a machine with containers forwards. Call it before writing other
// sysctls: a change resets many of them (inet_forward_change).
void set_forwarding(const Host& host, Family family, bool forwards) {
  set_sysctl(host.netns(),
             family == Family::inet ? "net/ipv4/ip_forward" : "net/ipv6/conf/all/forwarding",
             forwards ? "1" : "0");
}

// Creates both ends of one link, down. `number` is the link's index. `taken` is the highest
// index of the devices that the hosts have already.
void build_link(const ByName& hosts, const scenario::Link& link, std::size_t number, int taken) {
  std::array<Host*, 2> host;
  std::array<Interface, 2> interface;
  for (std::size_t end = 0; end < 2; ++end) {
    host[end] = hosts.at(link.ends[end].host);
    const auto station = static_cast<std::uint32_t>(2 * number + end + 1);
    // No two ends share an index: linkwatch_urgent_event() does not treat a device whose
    // index equals its peer's as urgent, and its carrier may then wait up to a second for
    // linkwatch (seen on 6.1).
    const auto index = static_cast<int>(station) + taken;
    interface[end].end = {link.ends[end].device, Mac::numbered(station), index, link.mtu};
    interface[end].address = host[end]->plan().interfaces[host[end]->interfaces().size()].address;
  }
  add_veth(host[0]->netlink(), interface[0].end, host[1]->netns(), interface[1].end);
  for (std::size_t end = 0; end < 2; ++end) {
    interface[end].peer_address = interface[1 - end].address;
    interface[end].peer_mac = interface[1 - end].end.mac;
    if (!link.offload) disable_offloads(host[end]->netlink(), interface[end].end.name);
    host[end]->add(interface[end]);
  }
}

// Creates a host's VRFs and moves its interfaces into them. Their indices follow those of the
// links' ends; their routing tables have numbers far from the kernel's.
void build_vrfs(Host& host, const scenario::Host& planned, int& next_index) {
  constexpr std::uint32_t first_table = 1000;
  for (const auto& [name, devices] : planned.vrfs) {
    const int index = next_index++;
    const std::uint32_t table = first_table + static_cast<std::uint32_t>(index);
    if (!add_vrf(host.netlink(), name, index, table))
      throw EnvironmentError(fmt::format(
          "host {}: this kernel has no VRF support; run it with --where vm", host.name()));
    host.add_vrf(name, index);
    for (Interface& interface : host.interfaces()) {
      if (std::ranges::find(devices, interface.end.name) == devices.end()) continue;
      enslave(host.netlink(), interface.end, index);
      interface.vrf = index;
      interface.table = table;
    }
  }
}

// Brings devices up and adds addresses and neighbours, so that the first packet on a link is
// one that the scenario sends.
void configure_interfaces(Host& host) {
  for (Interface& interface : host.interfaces()) {
    set_link_up(host.netlink(), interface.end);
    interface.up = true;
    add_addresses(host, interface.end.name);
  }
  for (const std::string& device : host.plan().other_devices()) add_addresses(host, device);
}

void impair_link(const ByName& hosts, const scenario::Link& link) {
  if (link.delay.count() == 0 && link.loss == 0) return;
  for (const scenario::Link::End& end : link.ends) {
    Host& host = *hosts.at(end.host);
    for (Interface& interface : host.interfaces()) {
      if (interface.end.name != end.device) continue;
      if (!impair(host.netlink(), interface.end, {link.delay, link.loss}))
        throw EnvironmentError(
            fmt::format("link {}:{}: this kernel has no sch_netem; run it with --where vm",
                        end.host, end.device));
      interface.impaired = true;
    }
  }
}

void raise_firewalls(const ByName& hosts, const scenario::Scenario& scenario) {
  std::vector<HostRecord> records;
  for (const scenario::Host& host : scenario.hosts)
    records.push_back(record_of(*hosts.at(host.name)));
  for (const scenario::Host& planned : scenario.hosts) {
    if (planned.nftables.empty()) continue;
    const std::string error =
        hosts.at(planned.name)->firewall().run(planned.nftables, address_variables(records));
    if (!error.empty())
      throw UsageError(fmt::format("{}:{}: the kernel refused the nftables of host {}: {}",
                                   scenario.file, planned.at.line, planned.name, error));
  }
}

}  // namespace

std::deque<Host> build(const scenario::Scenario& scenario, Family family) {
  request_timestamps();  // first, because the kernel starts them with a delay
  const std::vector<HostPlan> plans = plan(scenario, family);
  require_open_files(plans.size());
  std::deque<Host> hosts;
  ByName by_name;
  for (std::size_t number = 0; number < plans.size(); ++number) {
    const scenario::Host& planned = scenario.hosts[number];
    Host& host = hosts.emplace_back(plans[number], planned.stack);
    by_name[planned.name] = &host;
    set_forwarding(host, family, planned.forwards);
    write_sysctls(host, scenario, planned, false);
  }
  // The kernel makes the same devices in each new namespace: lo, and maybe tunnels.
  const int taken = highest_index(hosts.front().netlink());
  for (std::size_t number = 0; number < scenario.links.size(); ++number)
    build_link(by_name, scenario.links[number], number, taken);
  int next_index = taken + 1 + 2 * static_cast<int>(scenario.links.size());
  for (std::size_t number = 0; number < hosts.size(); ++number) {
    build_vrfs(hosts[number], scenario.hosts[number], next_index);
    write_sysctls(hosts[number], scenario, scenario.hosts[number], true);
  }
  for (Host& host : hosts) configure_interfaces(host);

  const Deadline deadline(link_deadline);
  for (Host& host : hosts) {
    for (const Interface& interface : host.interfaces()) {
      await_ready(host, interface, deadline);
      add_routes(host, interface);
    }
    for (const std::string& device : host.plan().other_devices())
      await_addresses(host, device, deadline);
  }
  for (const scenario::Link& link : scenario.links) impair_link(by_name, link);
  raise_firewalls(by_name, scenario);
  return hosts;
}

}  // namespace lab::run
