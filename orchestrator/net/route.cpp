// SPDX-License-Identifier: MIT
#include "net/route.hpp"

#include <linux/rtnetlink.h>
#include <netlink/route/nexthop.h>
#include <netlink/route/route.h>

#include <memory>

namespace lab {
namespace {

struct RouteDeleter {
  void operator()(rtnl_route* route) const { rtnl_route_put(route); }
};
using NlRoute = std::unique_ptr<rtnl_route, RouteDeleter>;

std::string describe(const Route& route) {
  return "route to " + route.destination.str() + "/" + std::to_string(route.prefix_length);
}

NlRoute to_nl(const Route& route) {
  NlRoute result(allocated(rtnl_route_alloc()));
  rtnl_route_set_family(result.get(), static_cast<std::uint8_t>(route.destination.family()));
  rtnl_route_set_table(result.get(), RT_TABLE_MAIN);
  rtnl_route_set_protocol(result.get(), RTPROT_STATIC);
  rtnl_route_set_type(result.get(), RTN_UNICAST);
  rtnl_route_set_scope(result.get(), route.gateway || route.destination.family() == Family::inet6
                                         ? RT_SCOPE_UNIVERSE
                                         : RT_SCOPE_LINK);
  rtnl_route_set_dst(result.get(), lab::to_nl(route.destination, route.prefix_length).get());
  if (route.source) rtnl_route_set_pref_src(result.get(), lab::to_nl(*route.source).get());

  rtnl_nexthop* nexthop = allocated(rtnl_route_nh_alloc());
  rtnl_route_nh_set_ifindex(nexthop, route.link_index);
  if (route.gateway) rtnl_route_nh_set_gateway(nexthop, lab::to_nl(*route.gateway).get());
  if (route.gateway_is_on_link) rtnl_route_nh_set_flags(nexthop, RTNH_F_ONLINK);
  rtnl_route_add_nexthop(result.get(), nexthop);  // the route owns it now
  return result;
}

}  // namespace

void add_route(Netlink& netlink, const Route& route) {
  netlink.check(rtnl_route_add(netlink.get(), to_nl(route).get(), NLM_F_CREATE | NLM_F_EXCL),
                "rtnl_route_add", describe(route));
}

void replace_route(Netlink& netlink, const Route& route) {
  netlink.check(rtnl_route_add(netlink.get(), to_nl(route).get(), NLM_F_CREATE | NLM_F_REPLACE),
                "rtnl_route_add", describe(route));
}

void remove_route(Netlink& netlink, const Route& route) {
  netlink.check(rtnl_route_delete(netlink.get(), to_nl(route).get(), 0), "rtnl_route_delete",
                describe(route));
}

bool is_local(Netlink& netlink, const Address& address) {
  rtnl_route* found = nullptr;
  const int result = rtnl_route_lookup(netlink.get(), lab::to_nl(address).get(), &found);
  const NlRoute route(found);
  return netlink.error_of(result) == 0 && rtnl_route_get_type(route.get()) == RTN_LOCAL;
}

std::optional<Address> source_towards(Netlink& netlink, const Address& destination) {
  rtnl_route* found = nullptr;
  netlink.check(rtnl_route_lookup(netlink.get(), lab::to_nl(destination).get(), &found),
                "rtnl_route_lookup", destination.str());
  const NlRoute route(found);
  const nl_addr* source = rtnl_route_get_pref_src(route.get());
  if (source == nullptr) return std::nullopt;
  return Address::from_bytes(destination.family(), nl_addr_get_binary_addr(source));
}

}  // namespace lab
