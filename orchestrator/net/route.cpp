// SPDX-License-Identifier: MIT
#include "net/route.hpp"

#include <arpa/inet.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <netinet/in.h>
#include <netlink/route/nexthop.h>
#include <netlink/route/route.h>

#include <array>
#include <cerrno>
#include <memory>
#include <optional>

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

std::uint8_t protocol_of(const TcpFlow& flow, Family family) {
  if (!flow.is_icmp) return IPPROTO_TCP;
  if (family == Family::inet6) return IPPROTO_ICMPV6;
  return IPPROTO_ICMP;
}

void put_flow(nl_msg* message, const TcpFlow& flow, Family family) {
  nla_put_u8(message, RTA_IP_PROTO, protocol_of(flow, family));
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
  if (question.flow) put_flow(message.get(), *question.flow, question.destination.family());
  return message;
}

// What RTM_NEWROUTE says of the one route that was asked for. By hand because rtnl_route_parse()
// refuses the encapsulations that it does not know.
struct Entry {
  int type = RTN_UNSPEC;
  int device = 0;  // an index; 0: none
  std::optional<Address> gateway, source;
  bool encapsulates = false;
  std::optional<int> hop_limit;
};

std::optional<Address> address_in(const nlattr* attribute, Family family) {
  if (!attribute || nla_len(attribute) < (family == Family::inet ? 4 : 16)) return std::nullopt;
  return Address::from_bytes(family, nla_data(attribute));
}

// An IPv4 route may lead over an IPv6 gateway.
std::optional<Address> via_in(const nlattr* attribute) {
  if (!attribute || nla_len(attribute) < static_cast<int>(sizeof(rtvia))) return std::nullopt;
  const auto* via = static_cast<const rtvia*>(nla_data(attribute));
  if (via->rtvia_family != AF_INET && via->rtvia_family != AF_INET6) return std::nullopt;
  const auto family = static_cast<Family>(via->rtvia_family);
  const int size = family == Family::inet ? 4 : 16;
  if (nla_len(attribute) < static_cast<int>(sizeof(rtvia)) + size) return std::nullopt;
  return Address::from_bytes(family, via->rtvia_addr);
}

std::optional<int> hop_limit_in(nlattr* metrics) {
  if (!metrics) return std::nullopt;
  std::array<nlattr*, RTAX_MAX + 1> each{};
  if (nla_parse_nested(each.data(), RTAX_MAX, metrics, nullptr) < 0) return std::nullopt;
  const nlattr* limit = each[RTAX_HOPLIMIT];
  if (!limit || nla_len(limit) < 4) return std::nullopt;
  return static_cast<int>(nla_get_u32(limit));
}

std::optional<Entry> parse(nlmsghdr* header) {
  std::array<nlattr*, RTA_MAX + 1> each{};
  if (header->nlmsg_type != RTM_NEWROUTE ||
      nlmsg_parse(header, sizeof(rtmsg), each.data(), RTA_MAX, nullptr) < 0)
    return std::nullopt;
  const auto* route = static_cast<const rtmsg*>(nlmsg_data(header));
  const auto family = static_cast<Family>(route->rtm_family);
  Entry entry;
  entry.type = route->rtm_type;
  if (each[RTA_OIF] && nla_len(each[RTA_OIF]) >= 4)
    entry.device = static_cast<int>(nla_get_u32(each[RTA_OIF]));
  entry.gateway = address_in(each[RTA_GATEWAY], family);
  if (!entry.gateway) entry.gateway = via_in(each[RTA_VIA]);
  entry.source = address_in(each[RTA_PREFSRC], family);
  entry.encapsulates = each[RTA_ENCAP] != nullptr;
  entry.hop_limit = hop_limit_in(each[RTA_METRICS]);
  return entry;
}

struct Reply {
  int error = 0;
  std::optional<Entry> entry;
};

Reply ask(Netlink& netlink, const RouteQuestion& question, unsigned flags) {
  Reply reply;
  const NlCallback callback(
      allocated(nl_cb_clone(NlCallback(nl_socket_get_cb(netlink.get())).get())));
  nl_cb_set(
      callback.get(), NL_CB_VALID, NL_CB_CUSTOM,
      [](nl_msg* message, void* into) -> int {
        if (auto entry = parse(nlmsg_hdr(message)))
          *static_cast<std::optional<Entry>*>(into) = *entry;
        return NL_OK;
      },
      &reply.entry);
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

void add_next_hop(Netlink& netlink, const Entry& entry, RouteAnswer& into) {
  if (entry.device == 0) return;
  into.device = interface_name(netlink.space(), entry.device);
  if (entry.gateway) into.gateway = entry.gateway;
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
  Reply reply = ask(netlink, question, question.by_entry_alone ? RTM_F_FIB_MATCH : 0);
  answer.error = reply.error;
  if (!reply.entry) return answer;
  answer.type = route_type_from(reply.entry->type);
  add_next_hop(netlink, *reply.entry, answer);
  answer.source = reply.entry->source;
  answer.encapsulates = reply.entry->encapsulates;
  answer.hop_limit = reply.entry->hop_limit;
  // For a local destination the route in use names lo; the table entry behind it names
  // the interface that has the address.
  if (answer.is_delivered()) {
    const Reply entry = ask(netlink, question, RTM_F_FIB_MATCH);
    if (entry.entry) add_next_hop(netlink, *entry.entry, answer);
  }
  return answer;
}

}  // namespace lab
