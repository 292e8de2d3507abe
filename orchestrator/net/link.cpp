// SPDX-License-Identifier: MIT
#include "net/link.hpp"

#include <net/if.h>  // before linux/if.h, which leaves out what it defines

#include <linux/ethtool.h>
#include <linux/if.h>  // IFF_LOWER_UP
#include <linux/sockios.h>
#include <netlink/route/link.h>
#include <netlink/route/link/veth.h>
#include <sys/ioctl.h>

#include <cerrno>
#include <cstring>
#include <memory>

#include "util/error.hpp"

namespace lab {
namespace {

using Link = std::unique_ptr<rtnl_link, Release<rtnl_link_put>>;

using Veth = std::unique_ptr<rtnl_link, Release<rtnl_link_veth_release>>;

void describe_end(rtnl_link* link, const LinkEnd& end) {
  rtnl_link_set_name(link, end.name.c_str());
  rtnl_link_set_ifindex(link, end.index);
  if (end.mtu != 0) rtnl_link_set_mtu(link, static_cast<unsigned>(end.mtu));
  const NlAddress mac(allocated(nl_addr_build(AF_LLC, end.mac.bytes.data(), end.mac.bytes.size())));
  rtnl_link_set_addr(link, mac.get());
}

Link link_with_index(int index) {
  Link link(allocated(rtnl_link_alloc()));
  rtnl_link_set_ifindex(link.get(), index);
  return link;
}

// Sets and clears the flags named and leaves the others alone (ifi_change).
void change_flags(Netlink& netlink, int index, const std::string& name, unsigned set,
                  unsigned clear) {
  const Link link = link_with_index(index);
  const Link change(allocated(rtnl_link_alloc()));
  rtnl_link_set_flags(change.get(), set);
  rtnl_link_unset_flags(change.get(), clear);
  netlink.check(rtnl_link_change(netlink.get(), link.get(), change.get(), 0), "rtnl_link_change",
                name);
}

Link get_link(Netlink& netlink, int index, const char* name) {
  rtnl_link* found = nullptr;
  netlink.check(rtnl_link_get_kernel(netlink.get(), index, name, &found), "rtnl_link_get_kernel",
                name);
  return Link(found);
}

}  // namespace

bool has_veth(Netlink& netlink) {
  const Veth link(allocated(rtnl_link_veth_alloc()));
  rtnl_link_set_name(link.get(), "try-veth");
  const Mac nobody{};
  const NlAddress mac(allocated(nl_addr_build(AF_LLC, nobody.bytes.data(), nobody.bytes.size())));
  rtnl_link_set_addr(link.get(), mac.get());
  // "Unknown device type" comes first (rtnl_newlink()), then what veth_validate() refuses.
  return netlink.error_of(rtnl_link_add(netlink.get(), link.get(), NLM_F_CREATE | NLM_F_EXCL)) !=
         EOPNOTSUPP;
}

void add_veth(Netlink& here, const LinkEnd& near, const Namespace& there, const LinkEnd& far) {
  const Veth link(allocated(rtnl_link_veth_alloc()));
  describe_end(link.get(), near);
  const Link peer(rtnl_link_veth_get_peer(link.get()));
  describe_end(peer.get(), far);
  rtnl_link_set_ns_fd(peer.get(), there.fd());
  here.check(rtnl_link_add(here.get(), link.get(), NLM_F_CREATE | NLM_F_EXCL), "rtnl_link_add",
             near.name + " (to " + far.name + " of " + there.name() + ")");
}

void silence_ipv6(const Namespace& space) {
  constexpr char in6_addr_gen_mode_none[] = "1";  // enum in6_addr_gen_mode, linux/if_link.h
  try {
    write_sysctl(space, "net/ipv6/conf/default/addr_gen_mode", in6_addr_gen_mode_none);
  } catch (const SystemError& error) {
    if (error.error() != ENOENT) throw;
  }
}

int mtu_of(const Namespace& space, const std::string& name) {
  ifreq request{};
  std::strncpy(request.ifr_name, name.c_str(), IFNAMSIZ - 1);
  const Fd socket = in(space, [&] {
    return Fd(checked(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0), "socket", space.name()));
  });
  checked(::ioctl(socket.get(), SIOCGIFMTU, &request), "ioctl(SIOCGIFMTU)",
          name + " of " + space.name());
  return request.ifr_mtu;
}

void disable_offloads(Netlink& netlink, const std::string& name) {
  // Segmentation offload depends on checksum offload and goes with it
  // (netdev_fix_features).
  ethtool_value off{ETHTOOL_STXCSUM, 0};
  ifreq request{};
  std::strncpy(request.ifr_name, name.c_str(), IFNAMSIZ - 1);
  request.ifr_data = reinterpret_cast<char*>(&off);
  // Any socket of the namespace will do (sock_do_ioctl).
  checked(::ioctl(nl_socket_get_fd(netlink.get()), SIOCETHTOOL, &request),
          "ioctl(ETHTOOL_STXCSUM)", name + " of " + netlink.space().name());
}

void set_link_up(Netlink& netlink, const LinkEnd& end) {
  change_flags(netlink, end.index, end.name, IFF_UP | IFF_NOARP, 0);
}

void set_loopback_up(Netlink& netlink) { change_flags(netlink, loopback_index, "lo", IFF_UP, 0); }

void set_loopback_down(Netlink& netlink) { change_flags(netlink, loopback_index, "lo", 0, IFF_UP); }

void set_link_down(Netlink& netlink, const LinkEnd& end) {
  const Link link = link_with_index(end.index);
  const Link change(allocated(rtnl_link_alloc()));
  rtnl_link_unset_flags(change.get(), IFF_UP);
  // Otherwise the operational state stays "up" until a kernel worker runs, and
  // await_running() would believe it when the link is up again (before Linux 6.8).
  rtnl_link_set_operstate(change.get(), IF_OPER_DORMANT);
  netlink.check(rtnl_link_change(netlink.get(), link.get(), change.get(), 0), "rtnl_link_change",
                end.name);
}

void remove_link(Netlink& netlink, const LinkEnd& end) {
  const Link link(allocated(rtnl_link_alloc()));
  rtnl_link_set_ifindex(link.get(), end.index);
  netlink.check(rtnl_link_delete(netlink.get(), link.get()), "rtnl_link_delete",
                end.name + " of " + netlink.space().name());
}

void await_running(Netlink& netlink, const LinkEnd& end, const Deadline& deadline) {
  const auto runs = [&] {
    const Link link = get_link(netlink, end.index, end.name.c_str());
    // The carrier is always current; the operational state follows when the kernel
    // worker has run, and announces it.
    return (rtnl_link_get_flags(link.get()) & IFF_LOWER_UP) &&
           rtnl_link_get_operstate(link.get()) == IF_OPER_UP;
  };
  if (!await_change(netlink.space(), RTNLGRP_LINK, runs, deadline))
    throw EnvironmentError("link " + end.name + " of " + netlink.space().name() +
                           " did not come up: is its other end up?");
}

void set_alias(Netlink& netlink, const LinkEnd& end, const std::string& alias) {
  const Link link = link_with_index(end.index);
  const Link change(allocated(rtnl_link_alloc()));
  rtnl_link_set_ifalias(change.get(), alias.c_str());
  netlink.check(rtnl_link_change(netlink.get(), link.get(), change.get(), 0), "rtnl_link_change",
                "the alias of " + end.name);
}

std::string alias_of(Netlink& netlink, const LinkEnd& end) {
  const Link link = get_link(netlink, end.index, end.name.c_str());
  const char* alias = rtnl_link_get_ifalias(link.get());
  return alias ? alias : "";
}

int index_of(Netlink& netlink, const std::string& name) {
  return rtnl_link_get_ifindex(get_link(netlink, 0, name.c_str()).get());
}

}  // namespace lab
