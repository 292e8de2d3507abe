// SPDX-License-Identifier: MIT
#include "net/interfaces.hpp"

#include <linux/if_addr.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <netlink/cache.h>
#include <netlink/route/addr.h>
#include <netlink/route/link.h>
#include <netlink/route/link/vrf.h>

#include <algorithm>
#include <array>
#include <map>
#include <memory>
#include <string_view>

namespace lab {
namespace {

// IFF_LOWER_UP: linux/if.h, which does not go together with net/if.h.
constexpr unsigned lower_up = 1U << 16;

using Cache = std::unique_ptr<nl_cache, Release<nl_cache_free>>;

Cache links_of(Netlink& netlink) {
  nl_cache* cache = nullptr;
  netlink.check(rtnl_link_alloc_cache(netlink.get(), AF_UNSPEC, &cache), "rtnl_link_alloc_cache",
                "links");
  return Cache(cache);
}

Cache addresses_of(Netlink& netlink) {
  nl_cache* cache = nullptr;
  netlink.check(rtnl_addr_alloc_cache(netlink.get(), &cache), "rtnl_addr_alloc_cache", "addresses");
  return Cache(cache);
}

template <typename Object, typename Action>
void for_each(const Cache& cache, Action action) {
  for (nl_object* each = nl_cache_get_first(cache.get()); each; each = nl_cache_get_next(each))
    action(reinterpret_cast<Object*>(each));
}

// "02:00:00:00:00:01"
std::string link_address_of(rtnl_link* link) {
  const nl_addr* address = rtnl_link_get_addr(link);
  if (!address || nl_addr_get_len(address) == 0) return "";
  std::array<char, 64> text{};
  return nl_addr2str(address, text.data(), text.size());
}

Interface to_interface(rtnl_link* link) {
  Interface interface;
  interface.index = rtnl_link_get_ifindex(link);
  if (const char* name = rtnl_link_get_name(link)) interface.name = name;
  interface.up = (rtnl_link_get_flags(link) & IFF_UP) != 0;
  interface.carrier = (rtnl_link_get_flags(link) & lower_up) != 0;
  interface.loopback = (rtnl_link_get_flags(link) & IFF_LOOPBACK) != 0;
  interface.is_vrf = rtnl_link_is_vrf(link) != 0;
  interface.asks_for_neighbours = (rtnl_link_get_flags(link) & IFF_NOARP) == 0;
  interface.link_address = link_address_of(link);
  return interface;
}

// Each takes what comes in on its ports (br_handle_frame(), bond_handle_frame(),
// team_handle_frame(), netdev_frame_hook()). Other masters leave most of it to the port.
bool takes_from_ports(std::string_view kind) {
  return kind == "bridge" || kind == "bond" || kind == "team" || kind == "openvswitch";
}

// Without a kind: the driver of a card. Others come without ARP (dummy, ipvlan), or can do without
// it: a tunnel has one other end.
bool has_arp(int hardware, std::string_view kind) {
  constexpr std::array kinds{"veth", "bridge", "vlan", "macvlan", "bond", "team", "openvswitch"};
  return hardware == ARPHRD_ETHER &&
         (kind.empty() || std::ranges::find(kinds, kind) != kinds.end());
}

InterfaceAddress to_address(rtnl_addr* address, Family family) {
  const unsigned flags = rtnl_addr_get_flags(address);
  return {Address::from_bytes(family, nl_addr_get_binary_addr(rtnl_addr_get_local(address))),
          rtnl_addr_get_prefixlen(address), (flags & (IFA_F_TENTATIVE | IFA_F_DADFAILED)) != 0,
          (flags & IFA_F_DADFAILED) != 0, rtnl_addr_get_scope(address) == RT_SCOPE_HOST};
}

}  // namespace

std::vector<Interface> list_interfaces(Netlink& netlink) {
  std::map<int, Interface> by_index;
  std::map<int, int> master_of;
  std::map<int, std::string> kind_of;
  for_each<rtnl_link>(links_of(netlink), [&](rtnl_link* link) {
    const int index = rtnl_link_get_ifindex(link);
    by_index[index] = to_interface(link);
    master_of[index] = rtnl_link_get_master(link);
    if (const char* kind = rtnl_link_get_type(link)) kind_of[index] = kind;
    by_index[index].arp_is_off =
        !by_index[index].asks_for_neighbours &&
        has_arp(static_cast<int>(rtnl_link_get_arptype(link)), kind_of[index]);
  });
  for (auto& [index, interface] : by_index) {
    const auto master = by_index.find(master_of[index]);
    if (master == by_index.end()) continue;
    if (master->second.is_vrf) interface.vrf = master->second.name;
    const std::string& kind = kind_of[master->first];
    if (takes_from_ports(kind)) interface.master = master->second.name;
    interface.is_switched = kind == "openvswitch";
  }
  for_each<rtnl_addr>(addresses_of(netlink), [&](rtnl_addr* address) {
    const auto family = static_cast<Family>(rtnl_addr_get_family(address));
    const auto interface = by_index.find(rtnl_addr_get_ifindex(address));
    // Ignore an interface that was created between the two dumps.
    if (interface == by_index.end() || !rtnl_addr_get_local(address)) return;
    if (family != Family::inet && family != Family::inet6) return;
    interface->second.addresses.push_back(to_address(address, family));
  });
  std::vector<Interface> interfaces;
  for (auto& [index, interface] : by_index) interfaces.push_back(std::move(interface));
  return interfaces;
}

int highest_index(Netlink& netlink) { return list_interfaces(netlink).back().index; }

}  // namespace lab
