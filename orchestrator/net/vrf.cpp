// SPDX-License-Identifier: MIT
#include "net/vrf.hpp"

#include <net/if.h>
#include <netlink/route/link.h>
#include <netlink/route/link/vrf.h>

#include <cerrno>
#include <memory>

#include "util/error.hpp"

namespace lab {
namespace {

using Link = std::unique_ptr<rtnl_link, Release<rtnl_link_put>>;

}  // namespace

bool add_vrf(Netlink& netlink, const std::string& name, int index, std::uint32_t table) {
  const Link vrf(allocated(rtnl_link_vrf_alloc()));
  rtnl_link_set_name(vrf.get(), name.c_str());
  rtnl_link_set_ifindex(vrf.get(), index);
  rtnl_link_vrf_set_tableid(vrf.get(), table);
  rtnl_link_set_flags(vrf.get(), IFF_UP);
  const int error =
      netlink.error_of(rtnl_link_add(netlink.get(), vrf.get(), NLM_F_CREATE | NLM_F_EXCL));
  if (error == EOPNOTSUPP) return false;  // rtnl_newlink(): "Unknown device type"
  if (error != 0)
    throw SystemError("rtnl_link_add", "VRF " + name + " of " + netlink.space().name(), error);
  return true;
}

void enslave(Netlink& netlink, const LinkEnd& end, int vrf_index) {
  netlink.check(rtnl_link_enslave_ifindex(netlink.get(), vrf_index, end.index),
                "rtnl_link_enslave_ifindex", end.name);
}

}  // namespace lab
