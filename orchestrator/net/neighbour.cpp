// SPDX-License-Identifier: MIT
#include "net/neighbour.hpp"

#include <linux/if_addr.h>
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>
#include <netlink/route/addr.h>
#include <netlink/route/neighbour.h>

#include <cerrno>
#include <memory>

#include "net/route.hpp"
#include "util/error.hpp"

namespace lab {
namespace {

struct IfAddressDeleter {
  void operator()(rtnl_addr* address) const { rtnl_addr_put(address); }
};
using IfAddress = std::unique_ptr<rtnl_addr, IfAddressDeleter>;

struct NeighbourDeleter {
  void operator()(rtnl_neigh* neighbour) const { rtnl_neigh_put(neighbour); }
};
using Neighbour = std::unique_ptr<rtnl_neigh, NeighbourDeleter>;

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

void await_address(Netlink& netlink, const Address& address, const Deadline& deadline) {
  const int group =
      address.family() == Family::inet ? RTNLGRP_IPV4_ROUTE : RTNLGRP_IPV6_ROUTE;
  const auto in_use = [&] { return is_local(netlink, address); };
  if (!await_change(netlink.space(), group, in_use, deadline))
    throw EnvironmentError("address " + address.str() + " of " + netlink.space().name() +
                           " did not come into use");
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

void remove_neighbour(Netlink& netlink, int link_index, const Address& address) {
  const Neighbour neighbour = neighbour_at(link_index, address);
  const int error = netlink.error_of(rtnl_neigh_delete(netlink.get(), neighbour.get(), 0));
  if (error != 0 && error != ENOENT) throw SystemError("rtnl_neigh_delete", address.str(), error);
}

}  // namespace lab
