// SPDX-License-Identifier: MIT
#include "net/route.hpp"

#include <arpa/inet.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <netinet/in.h>
#include <netlink/route/nexthop.h>
#include <netlink/route/route.h>

#include <cerrno>
#include <memory>

#include "net/netlink_message.hpp"
#include "util/error.hpp"

namespace lab {
namespace {

using NlRoute = std::unique_ptr<rtnl_route, Release<rtnl_route_put>>;

std::string describe(const Route& route) {
  return "route to " + route.destination.str() + "/" + std::to_string(route.prefix_length);
}

NlRoute to_nl(const Route& route) {
  NlRoute result(allocated(rtnl_route_alloc()));
  rtnl_route_set_family(result.get(), static_cast<std::uint8_t>(route.destination.family()));
  rtnl_route_set_table(result.get(), route.table);
  if (route.metric != 0) rtnl_route_set_priority(result.get(), route.metric);
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

void put_address(nl_msg* message, int attribute, const Address& address) {
  nla_put(message, attribute, static_cast<int>(address.size()), address.bytes());
}

void put_flow(nl_msg* message, const TcpFlow& flow) {
  nla_put_u8(message, RTA_IP_PROTO, IPPROTO_TCP);
  if (flow.source_port != 0) nla_put_u16(message, RTA_SPORT, htons(flow.source_port));
  if (flow.destination_port != 0) nla_put_u16(message, RTA_DPORT, htons(flow.destination_port));
  if (flow.uid) nla_put_u32(message, RTA_UID, *flow.uid);
  if (flow.mark != 0) nla_put_u32(message, RTA_MARK, flow.mark);
}

// RTM_GETROUTE, by hand because rtnl_route_lookup() takes only a destination.
NlMessage to_message(const RouteQuestion& question, unsigned flags) {
  NlMessage message(allocated(nlmsg_alloc_simple(RTM_GETROUTE, 0)));
  const auto bits = static_cast<unsigned char>(question.destination.size() * 8);
  rtmsg header{};
  header.rtm_family = static_cast<unsigned char>(question.destination.family());
  header.rtm_dst_len = bits;
  header.rtm_src_len = question.source ? bits : 0;
  header.rtm_flags = flags;
  nlmsg_append(message.get(), &header, sizeof header, NLMSG_ALIGNTO);
  put_address(message.get(), RTA_DST, question.destination);
  if (question.source) put_address(message.get(), RTA_SRC, *question.source);
  const auto put_index = [&](int attribute, int index) {
    if (index != 0) nla_put_u32(message.get(), attribute, static_cast<std::uint32_t>(index));
  };
  put_index(RTA_IIF, question.arrives_on);
  put_index(RTA_OIF, question.leaves_by);
  if (question.flow) put_flow(message.get(), *question.flow);
  return message;
}

struct Reply {
  int error = 0;
  NlRoute route;
};

Reply ask(Netlink& netlink, const RouteQuestion& question, unsigned flags) {
  Reply reply;
  const NlCallback callback(
      allocated(nl_cb_clone(NlCallback(nl_socket_get_cb(netlink.get())).get())));
  nl_cb_set(
      callback.get(), NL_CB_VALID, NL_CB_CUSTOM,
      [](nl_msg* message, void* into) -> int {
        rtnl_route* route = nullptr;
        if (rtnl_route_parse(nlmsg_hdr(message), &route) == 0)
          static_cast<NlRoute*>(into)->reset(route);
        return NL_OK;
      },
      &reply.route);
  netlink.check(nl_send_auto(netlink.get(), to_message(question, flags).get()), "nl_send_auto",
                "RTM_GETROUTE");
  reply.error = netlink.error_of(nl_recvmsgs(netlink.get(), callback.get()));
  // A refusal is itself the acknowledgment.
  if (reply.error == 0)
    netlink.check(nl_wait_for_ack(netlink.get()), "nl_wait_for_ack", "RTM_GETROUTE");
  return reply;
}

std::string interface_name(const Namespace& space, int index) {
  char name[IF_NAMESIZE] = "";
  return in(space, [&] {
    return std::string(::if_indextoname(static_cast<unsigned>(index), name) ? name : "");
  });
}

void read_next_hop(Netlink& netlink, rtnl_route* route, RouteAnswer& into) {
  rtnl_nexthop* next_hop = rtnl_route_nexthop_n(route, 0);
  if (!next_hop) return;
  into.device = interface_name(netlink.space(), rtnl_route_nh_get_ifindex(next_hop));
  const nl_addr* gateway = rtnl_route_nh_get_gateway(next_hop);
  const nl_addr* destination = rtnl_route_get_dst(route);
  // An IPv4 route may lead over an IPv6 gateway (RTA_VIA); that is not shown.
  if (gateway && destination && nl_addr_get_family(gateway) == nl_addr_get_family(destination))
    into.gateway = Address::from_bytes(static_cast<Family>(nl_addr_get_family(gateway)),
                                       nl_addr_get_binary_addr(gateway));
}

}  // namespace

RouteType route_type_from(int type) {
  switch (type) {
    case RTN_LOCAL:
      return RouteType::local;
    case RTN_UNICAST:
      return RouteType::unicast;
    case RTN_BROADCAST:
      return RouteType::broadcast;
    case RTN_MULTICAST:
      return RouteType::multicast;
    case RTN_ANYCAST:
      return RouteType::anycast;
    case RTN_BLACKHOLE:
      return RouteType::blackhole;
    case RTN_UNREACHABLE:
      return RouteType::unreachable;
    case RTN_PROHIBIT:
      return RouteType::prohibit;
    case RTN_THROW:
      return RouteType::throw_;
    default:
      return RouteType::other;
  }
}

void add_route(Netlink& netlink, const Route& route) {
  netlink.check(rtnl_route_add(netlink.get(), to_nl(route).get(), NLM_F_CREATE | NLM_F_EXCL),
                "rtnl_route_add", describe(route));
}

void replace_route(Netlink& netlink, const Route& route) {
  netlink.check(rtnl_route_add(netlink.get(), to_nl(route).get(), NLM_F_CREATE | NLM_F_REPLACE),
                "rtnl_route_add", describe(route));
}

void remove_route(Netlink& netlink, const Route& route) {
  const int error = netlink.error_of(rtnl_route_delete(netlink.get(), to_nl(route).get(), 0));
  if (error != 0 && error != ESRCH) throw SystemError("rtnl_route_delete", describe(route), error);
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

RouteAnswer ask_route(Netlink& netlink, const RouteQuestion& question) {
  RouteAnswer answer;
  Reply reply = ask(netlink, question, 0);
  answer.error = reply.error;
  if (!reply.route) return answer;
  answer.type = route_type_from(rtnl_route_get_type(reply.route.get()));
  read_next_hop(netlink, reply.route.get(), answer);
  if (const nl_addr* source = rtnl_route_get_pref_src(reply.route.get()))
    answer.source =
        Address::from_bytes(question.destination.family(), nl_addr_get_binary_addr(source));
  // For a local destination the route in use names lo; the table entry behind it names
  // the interface that has the address.
  if (answer.is_delivered()) {
    const Reply entry = ask(netlink, question, RTM_F_FIB_MATCH);
    if (entry.route) read_next_hop(netlink, entry.route.get(), answer);
  }
  return answer;
}

}  // namespace lab
