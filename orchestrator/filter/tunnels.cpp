// SPDX-License-Identifier: MIT
#include "filter/tunnels.hpp"

#include <arpa/inet.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <netlink/attr.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "filter_bpf/tc_filters.hpp"
#include "net/netlink_message.hpp"
#include "util/error.hpp"

namespace lab::filter {
namespace {

struct KnownKind {
  std::string_view name, protocol;
  bool over_inet, over_inet6;
};
// Their devices send packets of IP in the same namespace. Those of OpenVPN and the like (tun) are
// sent by a program.
constexpr std::array<KnownKind, 17> known_kinds{{{"vxlan", "udp", true, true},
                                                 {"geneve", "udp", true, true},
                                                 {"bareudp", "udp", true, true},
                                                 {"gtp", "udp", true, true},
                                                 {"wireguard", "udp", true, true},
                                                 {"amt", "udp", true, false},
                                                 {"gre", "gre", true, false},
                                                 {"gretap", "gre", true, false},
                                                 {"erspan", "gre", true, false},
                                                 {"ip6gre", "gre", false, true},
                                                 {"ip6gretap", "gre", false, true},
                                                 {"ip6erspan", "gre", false, true},
                                                 {"ipip", "", true, false},
                                                 {"sit", "", true, false},
                                                 {"vti", "", true, false},
                                                 {"vti6", "", false, true},
                                                 {"ip6tnl", "", false, true}}};

// Which attributes of a kind tell its port, and the family of its packets.
struct Telling {
  std::string_view kind;
  int port, inet, other_inet, inet6, other_inet6;
};
constexpr std::array<Telling, 2> telling{
    {{"vxlan", IFLA_VXLAN_PORT, IFLA_VXLAN_GROUP, IFLA_VXLAN_LOCAL, IFLA_VXLAN_GROUP6,
      IFLA_VXLAN_LOCAL6},
     {"geneve", IFLA_GENEVE_PORT, IFLA_GENEVE_REMOTE, IFLA_GENEVE_REMOTE, IFLA_GENEVE_REMOTE6,
      IFLA_GENEVE_REMOTE6}}};

bool has_any_bit(const nlattr* data, int attribute) {
  nlattr* found = nla_find(static_cast<const nlattr*>(nla_data(const_cast<nlattr*>(data))),
                           nla_len(data), attribute);
  if (!found) return false;
  const auto* bytes = static_cast<const unsigned char*>(nla_data(found));
  return std::any_of(bytes, bytes + nla_len(found), [](unsigned char each) { return each != 0; });
}

void add_data(const nlattr* data, Tunnel& tunnel) {
  const auto known = std::ranges::find(telling, std::string_view(tunnel.kind), &Telling::kind);
  if (known == telling.end() || !data) return;
  const nlattr* first = static_cast<const nlattr*>(nla_data(const_cast<nlattr*>(data)));
  if (nlattr* port = nla_find(first, nla_len(data), known->port); port && nla_len(port) >= 2)
    tunnel.port = ntohs(nla_get_u16(port));
  if (has_any_bit(data, known->inet6) || has_any_bit(data, known->other_inet6))
    tunnel.over_inet = false;
  if (has_any_bit(data, known->inet) || has_any_bit(data, known->other_inet))
    tunnel.over_inet6 = false;
}

std::optional<Tunnel> tunnel_in(nlmsghdr* message) {
  std::array<nlattr*, IFLA_MAX + 1> has{};
  nlmsg_parse(message, sizeof(ifinfomsg), has.data(), IFLA_MAX, nullptr);
  if (!has[IFLA_IFNAME] || !has[IFLA_LINKINFO]) return std::nullopt;
  std::array<nlattr*, IFLA_INFO_MAX + 1> info{};
  nla_parse_nested(info.data(), IFLA_INFO_MAX, has[IFLA_LINKINFO], nullptr);
  if (!info[IFLA_INFO_KIND]) return std::nullopt;
  const std::string_view name = nla_get_string(info[IFLA_INFO_KIND]);
  const auto kind = std::ranges::find(known_kinds, name, &KnownKind::name);
  if (kind == known_kinds.end()) return std::nullopt;
  Tunnel tunnel{.name = nla_get_string(has[IFLA_IFNAME]),
                .kind = std::string(name),
                .protocol = std::string(kind->protocol),
                .over_inet = kind->over_inet,
                .over_inet6 = kind->over_inet6};
  add_data(info[IFLA_INFO_DATA], tunnel);
  return tunnel;
}

}  // namespace

std::vector<Tunnel> tunnels_among(Netlink& netlink, const std::set<std::string>& names) {
  std::set<std::string> crossed;
  for (const FilteredLink& link : filtered_links(netlink, names)) crossed.insert(link.name);
  std::vector<Tunnel> tunnels;
  const ifinfomsg header{};
  const int error = dump(netlink, RTM_GETLINK, &header, sizeof header, [&](nlmsghdr* message) {
    if (auto tunnel = tunnel_in(message); tunnel && crossed.contains(tunnel->name))
      tunnels.push_back(std::move(*tunnel));
  });
  if (error != 0) throw SystemError("RTM_GETLINK", "the interfaces", error);
  return tunnels;
}

std::vector<SegmentOnWay> outer_packets_of(const Tunnel& tunnel, bool come_in, bool leave) {
  std::vector<SegmentOnWay> ways;
  const auto add = [&](Family family, std::vector<std::string> hooks) {
    SegmentOnWay way;
    way.first = false;
    way.hooks = std::move(hooks);
    way.segment.outer_protocol = tunnel.protocol;
    way.segment.source = way.segment.destination = {Address::any(family), tunnel.port.value_or(0)};
    way.segment.source_known = way.segment.destination_known = false;
    way.segment.source_port_known = false;
    way.segment.destination_port_known = tunnel.port.has_value();
    ways.push_back(std::move(way));
  };
  for (const Family family : {Family::inet, Family::inet6}) {
    if (!(family == Family::inet ? tunnel.over_inet : tunnel.over_inet6)) continue;
    if (come_in) add(family, {"prerouting", "input"});
    if (leave) add(family, {"output", "postrouting"});
  }
  return ways;
}

}  // namespace lab::filter
