// SPDX-License-Identifier: MIT
#include "filter_bpf/tc_filters.hpp"

#include <fmt/format.h>
#include <linux/if_link.h>
#include <linux/pkt_sched.h>
#include <linux/rtnetlink.h>
#include <netlink/attr.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <string_view>
#include <utility>

#include "filter_bpf/small_qdisc.hpp"
#include "net/netlink_message.hpp"
#include "util/error.hpp"

namespace lab::filter {
namespace {

struct RawLink {
  FilteredLink link;
  int master = 0, lower = 0;
};

RawLink link_from(nlmsghdr* message) {
  std::array<nlattr*, IFLA_MAX + 1> has{};
  nlmsg_parse(message, sizeof(ifinfomsg), has.data(), IFLA_MAX, nullptr);
  RawLink raw;
  raw.link.index = static_cast<const ifinfomsg*>(nlmsg_data(message))->ifi_index;
  if (has[IFLA_IFNAME]) raw.link.name = nla_get_string(has[IFLA_IFNAME]);
  if (has[IFLA_MASTER]) raw.master = static_cast<int>(nla_get_u32(has[IFLA_MASTER]));
  // With a namespace of its own it is the other end of a veth, say.
  if (has[IFLA_LINK] && !has[IFLA_LINK_NETNSID])
    raw.lower = static_cast<int>(nla_get_u32(has[IFLA_LINK]));
  if (!has[IFLA_XDP]) return raw;
  std::array<nlattr*, IFLA_XDP_MAX + 1> xdp{};
  nla_parse_nested(xdp.data(), IFLA_XDP_MAX, has[IFLA_XDP], nullptr);
  for (const int which :
       {IFLA_XDP_PROG_ID, IFLA_XDP_DRV_PROG_ID, IFLA_XDP_SKB_PROG_ID, IFLA_XDP_HW_PROG_ID}) {
    if (!xdp[static_cast<std::size_t>(which)]) continue;
    const std::uint32_t id = nla_get_u32(xdp[static_cast<std::size_t>(which)]);
    if (id != 0 && std::ranges::find(raw.link.xdp, id) == raw.link.xdp.end())
      raw.link.xdp.push_back(id);
  }
  return raw;
}

}  // namespace

std::vector<FilteredLink> filtered_links(Netlink& netlink, const std::set<std::string>& names) {
  std::vector<RawLink> all;
  const ifinfomsg header{};
  if (const int error = dump(netlink, RTM_GETLINK, &header, sizeof header,
                             [&](nlmsghdr* message) { all.push_back(link_from(message)); });
      error != 0)
    throw SystemError("RTM_GETLINK", "the interfaces", error);
  std::set<int> crossed;
  for (const RawLink& each : all)
    if (names.contains(each.link.name)) crossed.insert(each.link.index);
  for (std::size_t before = 0; before != crossed.size();) {
    before = crossed.size();
    for (const RawLink& each : all) {
      if (crossed.contains(each.master)) crossed.insert(each.link.index);
      if (!crossed.contains(each.link.index)) continue;
      if (each.master != 0) crossed.insert(each.master);
      if (each.lower != 0) crossed.insert(each.lower);
    }
  }
  std::vector<FilteredLink> links;
  for (RawLink& each : all)
    if (crossed.contains(each.link.index)) links.push_back(std::move(each.link));
  return links;
}

std::vector<std::string> tc_filters(Netlink& netlink, const FilteredLink& link) {
  struct Hook {
    std::uint32_t parent;
    const char* word;
  };
  std::set<std::string> found;
  for (const Hook& hook :
       {Hook{TC_H_MAKE(TC_H_CLSACT, TC_H_MIN_INGRESS), "ingress"},
        Hook{TC_H_MAKE(TC_H_CLSACT, TC_H_MIN_EGRESS), "egress"}, Hook{0, "egress"}}) {
    tcmsg header{};
    header.tcm_family = AF_UNSPEC;
    header.tcm_ifindex = link.index;
    header.tcm_parent = hook.parent;
    const int error = dump(netlink, RTM_GETTFILTER, &header, sizeof header, [&](nlmsghdr* message) {
      std::array<nlattr*, TCA_MAX + 1> has{};
      nlmsg_parse(message, sizeof(tcmsg), has.data(), TCA_MAX, nullptr);
      if (has[TCA_KIND])
        found.insert(
            fmt::format("{} on {} {}", nla_get_string(has[TCA_KIND]), link.name, hook.word));
    });
    // EOPNOTSUPP: this kernel has no filters (CONFIG_NET_CLS).
    if (error != 0 && error != EOPNOTSUPP) throw SystemError("RTM_GETTFILTER", link.name, error);
  }
  return {found.begin(), found.end()};
}

std::vector<std::string> lossy_qdiscs(Netlink& netlink, const FilteredLink& link) {
  // net/sched/: sch_netem loses and delays, sch_plug holds, sch_blackhole and noop_qdisc drop all,
  // sch_drr and sch_qfq what no filter puts into a class, sch_etf what has no time, sch_taprio what
  // comes to a closed gate; the others drop early, at random.
  constexpr std::array<std::string_view, 12> lossy{"netem", "plug", "blackhole", "noop",
                                                   "drr",   "qfq",  "etf",       "taprio",
                                                   "red",   "gred", "choke",     "sfb"};
  std::set<std::string> found;
  tcmsg header{};
  header.tcm_family = AF_UNSPEC;
  const int error = dump(netlink, RTM_GETQDISC, &header, sizeof header, [&](nlmsghdr* message) {
    if (static_cast<const tcmsg*>(nlmsg_data(message))->tcm_ifindex != link.index) return;
    std::array<nlattr*, TCA_MAX + 1> has{};
    nlmsg_parse(message, sizeof(tcmsg), has.data(), TCA_MAX, nullptr);
    const std::string_view kind = has[TCA_KIND] ? nla_get_string(has[TCA_KIND]) : "";
    if (std::ranges::find(lossy, kind) != lossy.end())
      found.insert(fmt::format("{} on {}", kind, link.name));
    else if (const std::string small = too_small(kind, has[TCA_OPTIONS]); !small.empty())
      found.insert(fmt::format("{} ({}) on {}", kind, small, link.name));
  });
  // EOPNOTSUPP: this kernel has none (CONFIG_NET_SCHED).
  if (error != 0 && error != EOPNOTSUPP) throw SystemError("RTM_GETQDISC", link.name, error);
  return {found.begin(), found.end()};
}

}  // namespace lab::filter
