// SPDX-License-Identifier: MIT
#include "net/neighbour.hpp"

#include <fmt/format.h>
#include <linux/if_addr.h>
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>
#include <netlink/route/addr.h>
#include <netlink/route/neighbour.h>

#include <array>
#include <cerrno>
#include <memory>

#include "net/link.hpp"
#include "util/error.hpp"

namespace lab {
namespace {

using IfAddress = std::unique_ptr<rtnl_addr, Release<rtnl_addr_put>>;

using Neighbour = std::unique_ptr<rtnl_neigh, Release<rtnl_neigh_put>>;

Neighbour neighbour_at(int link_index, const Address& address) {
  Neighbour neighbour(allocated(rtnl_neigh_alloc()));
  rtnl_neigh_set_ifindex(neighbour.get(), link_index);
  rtnl_neigh_set_family(neighbour.get(), static_cast<int>(address.family()));
  rtnl_neigh_set_dst(neighbour.get(), to_nl(address).get());
  return neighbour;
}

void enter(Netlink& netlink, const Neighbour& neighbour, const Address& address) {
  netlink.check(rtnl_neigh_add(netlink.get(), neighbour.get(), NLM_F_CREATE | NLM_F_REPLACE),
                "rtnl_neigh_add", address.str());
}

// Calls `wanted` for the kernel's entries for `address`, until it returns true.
template <typename Wanted>
void find_neighbour(Netlink& netlink, const Address& address, Wanted wanted) {
  nl_cache* all = nullptr;
  netlink.check(rtnl_neigh_alloc_cache(netlink.get(), &all), "rtnl_neigh_alloc_cache",
                "neighbours");
  const std::unique_ptr<nl_cache, decltype(&nl_cache_free)> cache(all, nl_cache_free);
  const NlAddress sought = to_nl(address);
  for (nl_object* each = nl_cache_get_first(all); each; each = nl_cache_get_next(each)) {
    auto* neighbour = reinterpret_cast<rtnl_neigh*>(each);
    const nl_addr* its_address = rtnl_neigh_get_dst(neighbour);
    if (its_address && nl_addr_cmp(its_address, sought.get()) == 0 && wanted(neighbour)) return;
  }
}

}  // namespace

void add_address(Netlink& netlink, int link_index, const Address& address, int prefix_length) {
  const IfAddress entry(allocated(rtnl_addr_alloc()));
  rtnl_addr_set_ifindex(entry.get(), link_index);
  netlink.check(rtnl_addr_set_local(entry.get(), to_nl(address, prefix_length).get()),
                "rtnl_addr_set_local", address.str());
  rtnl_addr_set_prefixlen(entry.get(), prefix_length);
  if (address.family() == Family::inet6) rtnl_addr_set_flags(entry.get(), IFA_F_NODAD);
  netlink.check(rtnl_addr_add(netlink.get(), entry.get(), NLM_F_CREATE | NLM_F_EXCL),
                "rtnl_addr_add", address.str());
}

void await_address(Netlink& netlink, const Address& address, const Deadline& deadline, int vrf) {
  const int group = address.family() == Family::inet ? RTNLGRP_IPV4_ROUTE : RTNLGRP_IPV6_ROUTE;
  const RouteQuestion question{.destination = address, .leaves_by = vrf};
  const auto in_use = [&] {
    return vrf == 0 ? is_local(netlink, address)
                    : ask_route(netlink, question).type == RouteType::local;
  };
  if (await_change(netlink.space(), group, in_use, deadline)) return;
  const RouteAnswer route = ask_route(netlink, question);
  throw EnvironmentError(fmt::format(
      "address {} of {} did not become usable: its route {}", address.str(), netlink.space().name(),
      route.error                      ? fmt::format("fails with {}", errno_name(route.error))
      : route.type == RouteType::local ? "exists, but was not announced"
                                       : fmt::format("goes out of {}", route.device)));
}

void add_neighbour(Netlink& netlink, int link_index, const Address& address, const Mac& mac) {
  const Neighbour neighbour = neighbour_at(link_index, address);
  rtnl_neigh_set_state(neighbour.get(), NUD_PERMANENT);
  const NlAddress lladdr(allocated(nl_addr_build(AF_LLC, mac.bytes.data(), mac.bytes.size())));
  rtnl_neigh_set_lladdr(neighbour.get(), lladdr.get());
  enter(netlink, neighbour, address);
}

void add_unresolved_neighbour(Netlink& netlink, int link_index, const Address& address) {
  const Neighbour neighbour = neighbour_at(link_index, address);
  rtnl_neigh_set_state(neighbour.get(), NUD_INCOMPLETE);
  rtnl_neigh_set_flags(neighbour.get(), NTF_EXT_LEARNED);
  enter(netlink, neighbour, address);
}

std::string link_address_of(Netlink& netlink, const Address& address) {
  std::string found;
  find_neighbour(netlink, address, [&](rtnl_neigh* neighbour) {
    const nl_addr* link_address = rtnl_neigh_get_lladdr(neighbour);
    if (!link_address) return false;
    std::array<char, 64> text{};
    found = nl_addr2str(link_address, text.data(), text.size());
    return true;
  });
  return found;
}

std::optional<NextHop> next_hop_of(Netlink& netlink, const RouteAnswer& route,
                                   const Address& destination) {
  if (route.error != 0 || route.type != RouteType::unicast) return std::nullopt;
  NextHop hop{route.gateway.value_or(destination), route.device};
  const int device = index_of(netlink, hop.device);
  find_neighbour(netlink, hop.address, [&](rtnl_neigh* neighbour) {
    if (rtnl_neigh_get_ifindex(neighbour) != device) return false;
    const int state = rtnl_neigh_get_state(neighbour);
    if ((state & (NUD_INCOMPLETE | NUD_FAILED)) != 0)
      hop.entry = NextHop::Entry::silent;
    else if (state != NUD_NONE)
      hop.entry = NextHop::Entry::usable;
    hop.is_permanent = (state & NUD_PERMANENT) != 0;
    return true;
  });
  return hop;
}

std::optional<SilentNeighbour> silent_neighbour(Netlink& netlink, const RouteQuestion& question) {
  const auto hop = next_hop_of(netlink, ask_route(netlink, question), question.destination);
  if (!hop || hop->entry != NextHop::Entry::silent) return std::nullopt;
  return SilentNeighbour{hop->address, hop->device};
}

void remove_neighbour(Netlink& netlink, int link_index, const Address& address) {
  const Neighbour neighbour = neighbour_at(link_index, address);
  const int error = netlink.error_of(rtnl_neigh_delete(netlink.get(), neighbour.get(), 0));
  if (error != 0 && error != ENOENT) throw SystemError("rtnl_neigh_delete", address.str(), error);
}

}  // namespace lab
