// SPDX-License-Identifier: MIT
#include "filter/iptables_native.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/icmp6.h>
#include <netinet/in.h>
// Behind netinet/in.h, whose types they else define again.
#include <linux/if_packet.h>
#include <linux/netfilter/nf_nat.h>
#include <linux/netfilter/xt_addrtype.h>
#include <linux/netfilter/xt_conntrack.h>
#include <linux/netfilter/xt_mark.h>
#include <linux/netfilter/xt_multiport.h>
#include <linux/netfilter/xt_owner.h>
#include <linux/netfilter/xt_pkttype.h>
#include <linux/netfilter/xt_tcpudp.h>
#include <linux/netfilter_ipv4/ipt_REJECT.h>
#include <linux/netfilter_ipv6/ip6_tables.h>
#include <linux/netfilter_ipv6/ip6t_REJECT.h>
#include <linux/netfilter_ipv6/ip6t_hl.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <string_view>
#include <utility>

namespace lab::filter {
namespace {

using nlohmann::json;
using Native = std::optional<std::vector<json>>;

template <typename Info>
std::optional<Info> info_of(const IptablesPart& part) {
  if (part.info.size() < sizeof(Info)) return std::nullopt;
  Info info;
  std::memcpy(&info, part.info.data(), sizeof info);
  return info;
}

json comparison(json left, json right, bool inverted, const char* op = "==") {
  return {{"match",
           {{"op", inverted ? "!=" : op}, {"left", std::move(left)}, {"right", std::move(right)}}}};
}

Native one(json statement) { return std::vector<json>{std::move(statement)}; }

json meta(const char* key) { return {{"meta", {{"key", key}}}}; }
json field_of(const char* protocol, const char* field) {
  return {{"payload", {{"protocol", protocol}, {"field", field}}}};
}
json range(std::uint32_t first, std::uint32_t last) {
  if (first == last) return first;
  return {{"range", {first, last}}};
}

// conntrack_mt(). Only the states, as by --ctstate and "-m state".
Native conntrack(const IptablesPart& part) {
  const auto info = info_of<xt_conntrack_mtinfo3>(part);
  constexpr unsigned understood = XT_CONNTRACK_STATE | XT_CONNTRACK_STATE_ALIAS;
  if (part.revision != 3 || !info || (info->match_flags & XT_CONNTRACK_STATE) == 0 ||
      (info->match_flags & ~understood) != 0)
    return std::nullopt;
  const std::array<std::pair<unsigned, const char*>, 5> states{
      {{XT_CONNTRACK_STATE_INVALID, "invalid"},
       {XT_CONNTRACK_STATE_BIT(IP_CT_ESTABLISHED), "established"},
       {XT_CONNTRACK_STATE_BIT(IP_CT_RELATED), "related"},
       {XT_CONNTRACK_STATE_BIT(IP_CT_NEW), "new"},
       {XT_CONNTRACK_STATE_UNTRACKED, "untracked"}}};
  json words = json::array();
  unsigned left = info->state_mask;
  for (const auto& [bit, word] : states) {
    if ((left & bit) != 0) words.push_back(word);
    left &= ~bit;
  }
  if (left != 0) return std::nullopt;  // SNAT, DNAT
  const bool inverted = (info->invert_flags & XT_CONNTRACK_STATE) != 0;
  return one(comparison({{"ct", {{"key", "state"}}}}, words, inverted, "in"));
}

// addrtype_mt_v1(). Over IPv4 it asks as nft_fib4_eval_type() does; over IPv6 match_type6()
// compares all but LOCAL with the address itself.
Native addrtype(const IptablesPart& part, Family family) {
  const auto info = info_of<xt_addrtype_info_v1>(part);
  constexpr unsigned inversions = XT_ADDRTYPE_INVERT_SOURCE | XT_ADDRTYPE_INVERT_DEST;
  if (part.revision != 1 || !info || (info->flags & ~inversions) != 0) return std::nullopt;
  constexpr std::array<std::pair<unsigned, const char*>, 8> types{
      {{XT_ADDRTYPE_UNICAST, "unicast"},
       {XT_ADDRTYPE_LOCAL, "local"},
       {XT_ADDRTYPE_BROADCAST, "broadcast"},
       {XT_ADDRTYPE_ANYCAST, "anycast"},
       {XT_ADDRTYPE_MULTICAST, "multicast"},
       {XT_ADDRTYPE_BLACKHOLE, "blackhole"},
       {XT_ADDRTYPE_UNREACHABLE, "unreachable"},
       {XT_ADDRTYPE_PROHIBIT, "prohibit"}}};
  std::vector<json> matches;
  const auto add = [&](const char* end, unsigned mask, bool inverted) {
    if (mask == 0) return true;
    if (family == Family::inet6 && mask != XT_ADDRTYPE_LOCAL) return false;
    json words = json::array();
    for (const auto& [bit, word] : types) {
      if ((mask & bit) != 0) words.push_back(word);
      mask &= ~bit;
    }
    matches.push_back(comparison({{"fib", {{"result", "type"}, {"flags", json::array({end})}}}},
                                 {{"set", words}}, inverted));
    return mask == 0;
  };
  if (!add("saddr", info->source, (info->flags & XT_ADDRTYPE_INVERT_SOURCE) != 0) ||
      !add("daddr", info->dest, (info->flags & XT_ADDRTYPE_INVERT_DEST) != 0))
    return std::nullopt;
  return matches;
}

// rt_mt6(): without such a header it matches nothing, even inverted.
Native rt(const IptablesPart& part, Family family) {
  if (part.revision != 0 || family != Family::inet6) return std::nullopt;
  return one(comparison({{"exthdr", {{"name", "rt"}, {"field", "type"}}}}, 0U, false));
}

// owner_mt(). Of the uid alone.
Native owner(const IptablesPart& part) {
  const auto info = info_of<xt_owner_match_info>(part);
  if (part.revision != 1 || !info || info->match != XT_OWNER_UID) return std::nullopt;
  return one(comparison(meta("skuid"), range(info->uid_min, info->uid_max),
                        (info->invert & XT_OWNER_UID) != 0));
}

// multiport_mt()
Native multiport(const IptablesPart& part) {
  const auto info = info_of<xt_multiport_v1>(part);
  if (part.revision != 1 || !info || info->count > XT_MULTI_PORTS ||
      (info->flags != XT_MULTIPORT_SOURCE && info->flags != XT_MULTIPORT_DESTINATION))
    return std::nullopt;
  json ports = json::array();
  for (unsigned at = 0; at < info->count; ++at) {
    const bool is_range = info->pflags[at] != 0 && at + 1 < info->count;
    ports.push_back(range(info->ports[at], info->ports[is_range ? at + 1 : at]));
    if (is_range) ++at;
  }
  const char* field = info->flags == XT_MULTIPORT_SOURCE ? "sport" : "dport";
  return one(comparison(field_of("th", field), {{"set", ports}}, info->invert != 0));
}

// tcp_mt(), which older iptables-nft use.
Native tcp(const IptablesPart& part) {
  const auto info = info_of<xt_tcp>(part);
  if (part.revision != 0 || !info || info->option != 0) return std::nullopt;
  std::vector<json> matches;
  const auto add = [&](const char* field, const __u16* ports, unsigned inversion) {
    const bool inverted = (info->invflags & inversion) != 0;
    if (ports[0] != 0 || ports[1] != 0xffff || inverted)
      matches.push_back(comparison(field_of("tcp", field), range(ports[0], ports[1]), inverted));
  };
  add("sport", info->spts, XT_TCP_INV_SRCPT);
  add("dport", info->dpts, XT_TCP_INV_DSTPT);
  const bool inverted = (info->invflags & XT_TCP_INV_FLAGS) != 0;
  if (info->flg_mask != 0 || info->flg_cmp != 0 || inverted)
    matches.push_back(comparison({{"&", {field_of("tcp", "flags"), unsigned{info->flg_mask}}}},
                                 unsigned{info->flg_cmp}, inverted));
  return matches;
}

// icmp6_match()
Native icmp6(const IptablesPart& part) {
  const auto info = info_of<ip6t_icmp>(part);
  constexpr std::uint8_t any = 0xff;
  if (part.revision != 0 || !info || info->type == any || info->code[0] != 0 ||
      (info->invflags & ~IP6T_ICMP_INV) != 0)
    return std::nullopt;
  // As nft names them; the others have no name that matters here.
  const json type = info->type == ND_NEIGHBOR_SOLICIT  ? json("nd-neighbor-solicit")
                    : info->type == ND_NEIGHBOR_ADVERT ? json("nd-neighbor-advert")
                                                       : json(fmt::format("type {}", info->type));
  return one(comparison(field_of("icmpv6", "type"), type, info->invflags != 0));
}

// hl_mt6()
Native hop_limit(const IptablesPart& part) {
  const auto info = info_of<ip6t_hl_info>(part);
  if (part.revision != 0 || !info || info->mode > IP6T_HL_GT) return std::nullopt;
  constexpr std::array<const char*, 4> operators{"==", "!=", "<", ">"};
  static_assert(IP6T_HL_EQ == 0 && IP6T_HL_NE == 1 && IP6T_HL_LT == 2 && IP6T_HL_GT == 3);
  return one(comparison(field_of("ip6", "hoplimit"), unsigned{info->hop_limit}, false,
                        operators.at(info->mode)));
}

Native pkttype(const IptablesPart& part) {
  const auto info = info_of<xt_pkttype_info>(part);
  if (part.revision != 0 || !info) return std::nullopt;
  constexpr std::array<const char*, 4> words{"host", "broadcast", "multicast", "other"};
  static_assert(PACKET_HOST == 0 && PACKET_OTHERHOST == 3);
  if (info->pkttype < 0 || info->pkttype > PACKET_OTHERHOST) return std::nullopt;
  return one(comparison(meta("pkttype"), words.at(static_cast<std::size_t>(info->pkttype)),
                        info->invert != 0));
}

// mark_mt(), connmark_mt()
Native has_mark(const IptablesPart& part, const json& which) {
  const auto info = info_of<xt_mark_mtinfo1>(part);
  if (part.revision != 1 || !info) return std::nullopt;
  return one(comparison({{"&", {which, info->mask}}}, info->mark, info->invert != 0));
}

// mark_tg()
Native set_mark(const IptablesPart& part) {
  const auto info = info_of<xt_mark_tginfo2>(part);
  if (part.revision != 2 || !info) return std::nullopt;
  const json kept = {{"&", {meta("mark"), ~info->mask}}};
  return one({{"mangle", {{"key", meta("mark")}, {"value", {{"^", {kept, info->mark}}}}}}});
}

// reject_tg(), reject_tg6()
Native reject(const IptablesPart& part, Family family) {
  const bool is_inet = family == Family::inet;
  // Both are one number.
  const auto info = info_of<std::uint32_t>(part);
  if (part.revision != 0 || !info) return std::nullopt;
  if (*info == (is_inet ? std::uint32_t{IPT_TCP_RESET} : std::uint32_t{IP6T_TCP_RESET}))
    return one({{"reject", {{"type", "tcp reset"}}}});
  constexpr std::array<std::pair<std::uint32_t, const char*>, 7> codes4{
      {{IPT_ICMP_NET_UNREACHABLE, "net-unreachable"},
       {IPT_ICMP_HOST_UNREACHABLE, "host-unreachable"},
       {IPT_ICMP_PROT_UNREACHABLE, "prot-unreachable"},
       {IPT_ICMP_PORT_UNREACHABLE, "port-unreachable"},
       {IPT_ICMP_NET_PROHIBITED, "net-prohibited"},
       {IPT_ICMP_HOST_PROHIBITED, "host-prohibited"},
       {IPT_ICMP_ADMIN_PROHIBITED, "admin-prohibited"}}};
  constexpr std::array<std::pair<std::uint32_t, const char*>, 6> codes6{
      {{IP6T_ICMP6_NO_ROUTE, "no-route"},
       {IP6T_ICMP6_ADM_PROHIBITED, "admin-prohibited"},
       {IP6T_ICMP6_ADDR_UNREACH, "addr-unreachable"},
       {IP6T_ICMP6_PORT_UNREACH, "port-unreachable"},
       {IP6T_ICMP6_POLICY_FAIL, "policy-fail"},
       {IP6T_ICMP6_REJECT_ROUTE, "reject-route"}}};
  const auto named = [&](const auto& codes) -> Native {
    const auto found = std::ranges::find(codes, *info, [](const auto& each) { return each.first; });
    if (found == codes.end()) return std::nullopt;
    return one({{"reject", {{"type", is_inet ? "icmp" : "icmpv6"}, {"expr", found->second}}}});
  };
  return is_inet ? named(codes4) : named(codes6);
}

// xt_snat_target_v0() … v2(), masquerade_tg(), masquerade_tg6(). Only the ports: which address it
// takes is not known in either case.
Native change_source(const IptablesPart& part, Family family, const char* statement) {
  const auto with = [&](unsigned flags, auto first, auto last) {
    if ((flags & ~unsigned{NF_NAT_RANGE_MASK}) != 0) return Native();
    json ports = json::object();
    if ((flags & NF_NAT_RANGE_PROTO_SPECIFIED) != 0)
      ports["port"] = range(ntohs(first.all), ntohs(last.all));
    return one({{statement, std::move(ports)}});
  };
  const bool masquerades = part.name == "MASQUERADE";
  if (part.revision == 0 && family == Family::inet) {
    const auto info = info_of<nf_nat_ipv4_multi_range_compat>(part);
    if (!info || info->rangesize != 1) return std::nullopt;
    return with(info->range[0].flags, info->range[0].min, info->range[0].max);
  }
  if (part.revision == (masquerades ? 0U : 1U)) {
    const auto info = info_of<nf_nat_range>(part);
    if (info) return with(info->flags, info->min_proto, info->max_proto);
  }
  if (part.revision == 2 && !masquerades) {
    const auto info = info_of<nf_nat_range2>(part);
    if (info) return with(info->flags, info->min_proto, info->max_proto);
  }
  return std::nullopt;
}

bool is_of_iptables(const json& expression) {
  return expression.is_object() && expression.contains("xt") && expression["xt"].is_object();
}

bool is_it(const json& expression, const IptablesPart& part) {
  const json& xt = expression["xt"];
  return xt.value("type", "") == (part.is_target ? "target" : "match") &&
         xt.value("name", "") == part.name;
}

}  // namespace

Native native_of(const IptablesPart& part, Family family) {
  const std::string_view name = part.name;
  if (part.is_target) {
    if (name == "MARK") return set_mark(part);
    if (name == "REJECT") return reject(part, family);
    if (name == "SNAT") return change_source(part, family, "snat");
    if (name == "MASQUERADE") return change_source(part, family, "masquerade");
    return std::nullopt;
  }
  if (name == "conntrack") return conntrack(part);
  if (name == "addrtype") return addrtype(part, family);
  if (name == "rt") return rt(part, family);
  if (name == "owner") return owner(part);
  if (name == "multiport") return multiport(part);
  if (name == "tcp") return tcp(part);
  if (name == "icmp6") return icmp6(part);
  if (name == "hl" && family == Family::inet6) return hop_limit(part);
  if (name == "pkttype") return pkttype(part);
  if (name == "mark") return has_mark(part, meta("mark"));
  if (name == "connmark") return has_mark(part, {{"ct", {{"key", "mark"}}}});
  return std::nullopt;
}

json with_native(const json& expressions, const std::vector<IptablesPart>& parts, Family family) {
  json all = json::array();
  auto next = parts.begin();
  for (const json& each : expressions) {
    if (!is_of_iptables(each)) {
      all.push_back(each);
      continue;
    }
    if (next == parts.end() || !is_it(each, *next)) return expressions;
    for (json& statement : native_of(*next, family).value_or(std::vector<json>{each}))
      all.push_back(std::move(statement));
    ++next;
  }
  return next == parts.end() ? all : expressions;
}

}  // namespace lab::filter
