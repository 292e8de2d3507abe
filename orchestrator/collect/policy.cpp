// SPDX-License-Identifier: MIT
#include "collect/policy.hpp"

#include <arpa/inet.h>
#include <endian.h>
#include <fmt/format.h>
#include <linux/fib_rules.h>
#include <linux/rtnetlink.h>
#include <netlink/attr.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <functional>
#include <memory>
#include <utility>

#include "net/netlink_message.hpp"
#include "net/route.hpp"
#include "util/error.hpp"

namespace lab::collect {
namespace {

// Of newer kernels than the headers here (linux/fib_rules.h): FRA_DSCP, FRA_SPORT_MASK (which comes
// with each range of ports), FRA_DPORT_MASK, FRA_DSCP_MASK. Others are not known.
constexpr int dscp = 25, source_port_mask = 28, destination_port_mask = 29, dscp_mask = 30,
              last_attribute = 40;
constexpr std::array new_and_known{dscp, source_port_mask, destination_port_mask, dscp_mask};
using Attributes = std::array<nlattr*, last_attribute + 1>;

constexpr std::uint32_t local_table_preference = 0, main_table_preference = 32766,
                        default_table_preference = 32767;

void list(Netlink& netlink, int type, const rtmsg& header,
          const std::function<void(nlmsghdr*)>& visit) {
  // rtmsg and fib_rule_hdr are alike.
  if (const int error = dump(netlink, type, &header, sizeof header, visit); error != 0)
    throw SystemError("netlink", "the routing policy", error);
}

RouteType type_of_action(std::uint8_t action) {
  switch (action) {
    case FR_ACT_BLACKHOLE:
      return RouteType::blackhole;
    case FR_ACT_UNREACHABLE:
      return RouteType::unreachable;
    case FR_ACT_PROHIBIT:
      return RouteType::prohibit;
    default:
      return RouteType::other;
  }
}

std::string prefix(nlattr* attribute, Family family, int length) {
  if (!attribute) return "all";
  const Address address = Address::from_bytes(family, nla_data(attribute));
  if (length == static_cast<int>(address.size() * 8)) return address.str();
  return fmt::format("{}/{}", address.str(), length);
}

std::string port_range(nlattr* attribute) {
  const auto* range = static_cast<const fib_rule_port_range*>(nla_data(attribute));
  return range->start == range->end ? std::to_string(range->start)
                                    : fmt::format("{}-{}", range->start, range->end);
}

std::string protocol_word(std::uint8_t protocol) {
  if (protocol == IPPROTO_TCP) return "tcp";
  if (protocol == IPPROTO_UDP) return "udp";
  return std::to_string(protocol);
}

RuleSelectors selectors_in(const fib_rule_hdr& header, const Attributes& has, Family family) {
  RuleSelectors selects;
  if (has[FRA_SRC]) selects.source = Address::from_bytes(family, nla_data(has[FRA_SRC]));
  if (has[FRA_DST]) selects.destination = Address::from_bytes(family, nla_data(has[FRA_DST]));
  selects.source_length = header.src_len;
  selects.destination_length = header.dst_len;
  if (has[FRA_IIFNAME]) selects.comes_in_on = nla_get_string(has[FRA_IIFNAME]);
  if (has[FRA_OIFNAME]) selects.leaves_by = nla_get_string(has[FRA_OIFNAME]);
  if (has[FRA_IP_PROTO]) selects.protocol = nla_get_u8(has[FRA_IP_PROTO]);
  return selects;
}

// As ip-rule(8) takes it, so that it can be deleted by it.
PolicyRule rule_from(nlmsghdr* message, Family family) {
  Attributes has{};
  nlmsg_parse(message, sizeof(fib_rule_hdr), has.data(), last_attribute, nullptr);
  const auto* header = static_cast<const fib_rule_hdr*>(nlmsg_data(message));
  PolicyRule rule;
  rule.action = type_of_action(header->action);
  if (has[FRA_PRIORITY]) rule.preference = nla_get_u32(has[FRA_PRIORITY]);
  rule.by_source = has[FRA_SRC];
  rule.by_source_port = has[FRA_SPORT_RANGE];
  rule.by_destination_port = has[FRA_DPORT_RANGE];
  rule.by_mark = has[FRA_FWMARK] || has[FRA_FWMASK];
  rule.by_uid = has[FRA_UID_RANGE];
  rule.by_tos = header->tos != 0 || has[dscp] || has[dscp_mask];
  rule.by_tunnel = has[FRA_TUN_ID];
  for (int each = FRA_DPORT_RANGE + 1; each <= last_attribute; ++each)
    rule.by_other |= has[static_cast<std::size_t>(each)] &&
                     std::ranges::find(new_and_known, each) == new_and_known.end();

  const bool is_inverted = header->flags & FIB_RULE_INVERT;
  if (!is_inverted) rule.selects = selectors_in(*header, has, family);
  std::string& text = rule.text;
  if (is_inverted) text += "not ";
  text += "from " + prefix(has[FRA_SRC], family, header->src_len);
  if (has[FRA_DST]) text += " to " + prefix(has[FRA_DST], family, header->dst_len);
  if (header->tos) text += fmt::format(" tos {:#x}", header->tos);
  if (rule.by_mark) {
    const std::uint32_t mark = has[FRA_FWMARK] ? nla_get_u32(has[FRA_FWMARK]) : 0;
    rule.matches_no_mark = mark == 0 || is_inverted;
    text += fmt::format(" fwmark {:#x}", mark);
    if (has[FRA_FWMASK] && nla_get_u32(has[FRA_FWMASK]) != ~0U)
      text += fmt::format("/{:#x}", nla_get_u32(has[FRA_FWMASK]));
  }
  if (has[FRA_IIFNAME]) text += fmt::format(" iif {}", nla_get_string(has[FRA_IIFNAME]));
  if (has[FRA_OIFNAME]) text += fmt::format(" oif {}", nla_get_string(has[FRA_OIFNAME]));
  if (rule.by_uid) {
    const auto* range = static_cast<const fib_rule_uid_range*>(nla_data(has[FRA_UID_RANGE]));
    rule.matches_root = range->start == 0 || is_inverted;
    text += fmt::format(" uidrange {}-{}", range->start, range->end);
  }
  if (has[FRA_TUN_ID]) text += fmt::format(" tun_id {}", be64toh(nla_get_u64(has[FRA_TUN_ID])));
  if (has[FRA_IP_PROTO]) text += " ipproto " + protocol_word(nla_get_u8(has[FRA_IP_PROTO]));
  if (has[FRA_SPORT_RANGE]) text += " sport " + port_range(has[FRA_SPORT_RANGE]);
  if (has[FRA_DPORT_RANGE]) text += " dport " + port_range(has[FRA_DPORT_RANGE]);
  if (rule.action != RouteType::other)
    text += fmt::format(" {}", to_string(rule.action));
  else if (has[FRA_L3MDEV])
    text += " l3mdev";
  else if (header->action == FR_ACT_GOTO && has[FRA_GOTO])
    text += fmt::format(" goto {}", nla_get_u32(has[FRA_GOTO]));
  else if (header->action == FR_ACT_TO_TBL)
    text += fmt::format(" lookup {}", has[FRA_TABLE] ? nla_get_u32(has[FRA_TABLE]) : header->table);
  return rule;
}

// For all packets, wherever it stands.
bool is_of_local_table(const PolicyRule& rule) { return rule.text == "from all lookup 255"; }

bool is_usual(const PolicyRule& rule) {
  switch (rule.preference) {
    case local_table_preference:
      return is_of_local_table(rule);
    case main_table_preference:
      return rule.text == "from all lookup 254";
    case default_table_preference:
      return rule.text == "from all lookup 253";
    default:
      return false;
  }
}

std::string table_word(std::uint32_t table) {
  return table == RT_TABLE_MAIN ? "" : fmt::format(" table {}", table);
}

}  // namespace

PolicyRules list_rules(Netlink& netlink, Family family) {
  PolicyRules rules;
  rtmsg header{};
  header.rtm_family = static_cast<unsigned char>(family);
  // In the order in which the kernel asks them.
  bool before_local = true;
  list(netlink, RTM_GETRULE, header, [&](nlmsghdr* message) {
    PolicyRule rule = rule_from(message, family);
    if (before_local && is_of_local_table(rule)) {
      before_local = false;
      rules.local_table_is_first = is_usual(rule) && rules.unusual.empty();
      if (is_usual(rule)) return;
    }
    rule.before_local = before_local;
    if (!is_usual(rule)) rules.unusual.push_back(std::move(rule));
  });
  return rules;
}

Refusal refusal_of(const PolicyRule& rule, Family family) {
  return {rule.action, fmt::format("rule {}: {}", rule.preference, rule.text),
          fmt::format("ip {}rule del pref {} {}", family == Family::inet6 ? "-6 " : "",
                      rule.preference, rule.text),
          true};
}

std::vector<Refusal> list_refusing_routes(Netlink& netlink, const Address& destination) {
  std::vector<std::pair<unsigned, Refusal>> found;
  rtmsg header{};
  header.rtm_family = static_cast<unsigned char>(destination.family());
  list(netlink, RTM_GETROUTE, header, [&](nlmsghdr* message) {
    const auto* route = static_cast<const rtmsg*>(nlmsg_data(message));
    const RouteType type = route_type_from(route->rtm_type);
    if (type < RouteType::blackhole || type == RouteType::other ||
        (route->rtm_flags & RTM_F_CLONED) != 0)
      return;
    std::array<nlattr*, RTA_MAX + 1> has{};
    nlmsg_parse(message, sizeof(rtmsg), has.data(), RTA_MAX, nullptr);
    const int length = route->rtm_dst_len;
    const Address to = has[RTA_DST]
                           ? Address::from_bytes(destination.family(), nla_data(has[RTA_DST]))
                           : Address::any(destination.family());
    if (!destination.has_prefix(to, length)) return;
    const std::uint32_t table = has[RTA_TABLE] ? nla_get_u32(has[RTA_TABLE]) : route->rtm_table;
    std::string place = "default";
    if (has[RTA_DST])
      place = fmt::format(
          "{}/{}", Address::from_bytes(destination.family(), nla_data(has[RTA_DST])).str(), length);
    // Over IPv6 a route may be for some sources alone.
    if (has[RTA_SRC])
      place += fmt::format(" from {}/{}",
                           Address::from_bytes(destination.family(), nla_data(has[RTA_SRC])).str(),
                           route->rtm_src_len);
    // The type is that of its next hop then, and ip-route(8) takes one or the other.
    const std::string next_hop =
        has[RTA_NH_ID] ? fmt::format(" nhid {}", nla_get_u32(has[RTA_NH_ID])) : "";
    const std::string where = place + next_hop + table_word(table);
    const std::string text = fmt::format("{} {}", to_string(type), where);
    found.emplace_back(
        length,
        Refusal{type, text,
                fmt::format("ip {}route del {}", destination.family() == Family::inet6 ? "-6 " : "",
                            next_hop.empty() ? text : where),
                false});
  });
  std::ranges::stable_sort(found, std::greater{}, [](const auto& each) { return each.first; });
  std::vector<Refusal> refusals;
  for (auto& each : found) refusals.push_back(std::move(each.second));
  return refusals;
}

}  // namespace lab::collect
