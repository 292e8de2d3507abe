// SPDX-License-Identifier: MIT
//
// What the matches and targets of iptables do, from the bytes that the kernel lists.
#include "filter/iptables_native.hpp"

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <netinet/in.h>
// Behind netinet/in.h, whose types they else define again.
#include <linux/netfilter/nf_nat.h>
#include <linux/netfilter/xt_addrtype.h>
#include <linux/netfilter/xt_conntrack.h>
#include <linux/netfilter/xt_mark.h>
#include <linux/netfilter/xt_multiport.h>
#include <linux/netfilter/xt_owner.h>
#include <linux/netfilter/xt_tcpudp.h>
#include <linux/netfilter_ipv4/ipt_REJECT.h>
#include <linux/netfilter_ipv6/ip6_tables.h>
#include <linux/netfilter_ipv6/ip6t_REJECT.h>
#include <linux/netfilter_ipv6/ip6t_hl.h>

#include <cstring>

#include "unit/filter/rules.hpp"

namespace lab::filter {
namespace {

using nlohmann::json;
using testing::IsEmpty;
using testing::SizeIs;

template <typename Info>
IptablesPart part(const char* name, std::uint32_t revision, const Info& info,
                  bool is_target = false) {
  IptablesPart made{is_target, name, revision, std::vector<std::byte>(sizeof info)};
  std::memcpy(made.info.data(), &info, sizeof info);
  return made;
}

std::string native(const IptablesPart& part, Family family = Family::inet) {
  const auto all = native_of(part, family);
  return all ? json(*all).dump() : "not known";
}

bool same(const std::string& one, const std::string& other) {
  return json::parse(one) == json::parse(other);
}

xt_conntrack_mtinfo3 states(unsigned mask, bool inverted = false) {
  xt_conntrack_mtinfo3 info{};
  info.match_flags = XT_CONNTRACK_STATE;
  info.invert_flags = inverted ? XT_CONNTRACK_STATE : 0;
  info.state_mask = static_cast<__u16>(mask);
  return info;
}

TEST(IptablesNative, KnowsNeighbourDiscovery) {
  ip6t_icmp info{135, {0, 255}, 0};
  const std::string type = R"({"payload":{"protocol":"icmpv6","field":"type"}})";
  EXPECT_PRED2(same, native(part("icmp6", 0, info), Family::inet6),
               "[" + match(type, R"("nd-neighbor-solicit")") + "]");
  info.invflags = IP6T_ICMP_INV;
  EXPECT_PRED2(same, native(part("icmp6", 0, info), Family::inet6),
               "[" + match(type, R"("nd-neighbor-solicit")", "!=") + "]");
  info.code[0] = 1;
  EXPECT_EQ(native(part("icmp6", 0, info), Family::inet6), "not known");
  const ip6t_hl_info limit{IP6T_HL_EQ, 255};
  EXPECT_PRED2(same, native(part("hl", 0, limit), Family::inet6),
               "[" + match(R"({"payload":{"protocol":"ip6","field":"hoplimit"}})", "255") + "]");
}

TEST(IptablesNative, KnowsTheStatesOfConntrack) {
  const unsigned fresh = XT_CONNTRACK_STATE_BIT(IP_CT_NEW);
  EXPECT_PRED2(same, native(part("conntrack", 3, states(fresh))),
               "[" + match(R"({"ct":{"key":"state"}})", R"(["new"])", "in") + "]");
  EXPECT_PRED2(same, native(part("conntrack", 3, states(XT_CONNTRACK_STATE_INVALID, true))),
               "[" + match(R"({"ct":{"key":"state"}})", R"(["invalid"])", "!=") + "]");
  EXPECT_EQ(native(part("conntrack", 3, states(XT_CONNTRACK_STATE_DNAT))), "not known");
  EXPECT_EQ(native(part("conntrack", 2, states(fresh))), "not known");
  xt_conntrack_mtinfo3 more = states(fresh);
  more.match_flags |= XT_CONNTRACK_DIRECTION;
  EXPECT_EQ(native(part("conntrack", 3, more)), "not known");
}

TEST(IptablesNative, KnowsTheTypesOfAddresses) {
  const xt_addrtype_info_v1 local{0, XT_ADDRTYPE_LOCAL, 0},
      not_local{0, XT_ADDRTYPE_LOCAL, XT_ADDRTYPE_INVERT_DEST},
      on_interface{0, XT_ADDRTYPE_LOCAL, XT_ADDRTYPE_LIMIT_IFACE_IN},
      unicast{XT_ADDRTYPE_UNICAST, 0, 0};
  const std::string type = R"({"fib":{"result":"type","flags":["daddr"]}})";
  EXPECT_PRED2(same, native(part("addrtype", 1, local)),
               "[" + match(type, R"({"set":["local"]})") + "]");
  EXPECT_PRED2(same, native(part("addrtype", 1, not_local)),
               "[" + match(type, R"({"set":["local"]})", "!=") + "]");
  EXPECT_EQ(native(part("addrtype", 1, on_interface)), "not known");
  EXPECT_NE(native(part("addrtype", 1, local), Family::inet6), "not known");
  // match_type6() takes one of this host's addresses for unicast, too.
  EXPECT_NE(native(part("addrtype", 1, unicast)), "not known");
  EXPECT_EQ(native(part("addrtype", 1, unicast), Family::inet6), "not known");
}

TEST(IptablesNative, KnowsUidsPortsAndFlags) {
  xt_owner_match_info owner{};
  owner.uid_min = owner.uid_max = 1337;
  owner.match = owner.invert = XT_OWNER_UID;
  EXPECT_PRED2(same, native(part("owner", 1, owner)),
               "[" + match(R"({"meta":{"key":"skuid"}})", "1337", "!=") + "]");
  owner.match = XT_OWNER_UID | XT_OWNER_GID;
  EXPECT_EQ(native(part("owner", 1, owner)), "not known");

  xt_multiport_v1 ports{};
  ports.flags = XT_MULTIPORT_DESTINATION;
  ports.count = 3;
  ports.ports[0] = 80;
  ports.pflags[0] = 1;
  ports.ports[1] = 90;
  ports.ports[2] = 443;
  EXPECT_PRED2(same, native(part("multiport", 1, ports)),
               "[" +
                   match(R"({"payload":{"protocol":"th","field":"dport"}})",
                         R"({"set":[{"range":[80,90]},443]})") +
                   "]");
  ports.flags = XT_MULTIPORT_EITHER;
  EXPECT_EQ(native(part("multiport", 1, ports)), "not known");

  xt_tcp tcp{};
  tcp.spts[1] = 0xffff;
  tcp.dpts[0] = tcp.dpts[1] = 22;
  EXPECT_PRED2(same, native(part("tcp", 0, tcp)), "[" + match(dport, "22") + "]");
  tcp.dpts[0] = 0;
  tcp.dpts[1] = 0xffff;
  tcp.flg_mask = 0x17;
  tcp.flg_cmp = 0x02;
  EXPECT_PRED2(
      same, native(part("tcp", 0, tcp)),
      "[" + match(R"({"&":[{"payload":{"protocol":"tcp","field":"flags"}},23]})", "2") + "]");
}

TEST(IptablesNative, KnowsWhatRejectsAndMarks) {
  const auto rejected = [](std::uint32_t with, Family family) {
    return native(part("REJECT", 0, with, true), family);
  };
  EXPECT_PRED2(same, rejected(IPT_TCP_RESET, Family::inet), R"([{"reject":{"type":"tcp reset"}}])");
  EXPECT_PRED2(same, rejected(IPT_ICMP_ADMIN_PROHIBITED, Family::inet),
               R"([{"reject":{"type":"icmp","expr":"admin-prohibited"}}])");
  EXPECT_PRED2(same, rejected(IP6T_ICMP6_PORT_UNREACH, Family::inet6),
               R"([{"reject":{"type":"icmpv6","expr":"port-unreachable"}}])");
  EXPECT_EQ(rejected(IPT_ICMP_ECHOREPLY, Family::inet), "not known");
  const xt_mark_tginfo2 all{7, 0xffffffff};
  EXPECT_PRED2(same, native(part("MARK", 2, all, true)),
               R"([{"mangle":{"key":{"meta":{"key":"mark"}},)"
               R"("value":{"^":[{"&":[{"meta":{"key":"mark"}},0]},7]}}}])");
  EXPECT_EQ(native(part("DNAT", 2, all, true)), "not known");
}

// A port that it names may be taken.
TEST(IptablesNative, KnowsThePortsOfSnatAndMasquerade) {
  nf_nat_ipv4_multi_range_compat old{1, {{NF_NAT_RANGE_MAP_IPS, 0, 0, {}, {}}}};
  EXPECT_PRED2(same, native(part("SNAT", 0, old, true)), R"([{"snat":{}}])");
  EXPECT_PRED2(same, native(part("MASQUERADE", 0, old, true)), R"([{"masquerade":{}}])");
  old.range[0].flags |= NF_NAT_RANGE_PROTO_SPECIFIED;
  old.range[0].min.all = old.range[0].max.all = htons(4000);
  EXPECT_PRED2(same, native(part("MASQUERADE", 0, old, true)), R"([{"masquerade":{"port":4000}}])");
  nf_nat_range ports{};
  ports.flags = NF_NAT_RANGE_PROTO_SPECIFIED;
  ports.min_proto.all = htons(4000);
  ports.max_proto.all = htons(4010);
  const char* with_range = R"([{"snat":{"port":{"range":[4000,4010]}}}])";
  EXPECT_PRED2(same, native(part("SNAT", 1, ports, true)), with_range);
  EXPECT_PRED2(same, native(part("MASQUERADE", 0, ports, true), Family::inet6),
               R"([{"masquerade":{"port":{"range":[4000,4010]}}}])");
  nf_nat_range2 newest{};
  newest.flags = NF_NAT_RANGE_PROTO_SPECIFIED;
  newest.min_proto.all = htons(4000);
  newest.max_proto.all = htons(4010);
  EXPECT_PRED2(same, native(part("SNAT", 2, newest, true)), with_range);
  EXPECT_PRED2(same, native(part("SNAT", 2, newest, true), Family::inet6), with_range);
  EXPECT_EQ(native(part("SNAT", 3, newest, true)), "not known");
}

std::vector<std::string> acting(const std::vector<std::string>& expressions,
                                const std::vector<IptablesPart>& of_first,
                                const SegmentOnWay& way = syn()) {
  // list_of() numbers the rules from 11.
  RulesInTheWay found = rules_that_may_act(list_of(expressions, "accept", "input", "", 0, "ip"), "",
                                           {way}, {{"ip f", {{11, of_first}}}});
  if (found.ends_syn) found.acting.push_back(found.ends_syn->text);
  return found.acting;
}

// As nft lists "-m conntrack --ctstate INVALID -j DROP".
TEST(IptablesNative, ARuleIsReadWithItsParts) {
  const std::string rule_of_tracking = rule(R"({"xt":{"type":"match","name":"conntrack"}})", drop);
  const auto invalid = part("conntrack", 3, states(XT_CONNTRACK_STATE_INVALID));
  const auto fresh = part("conntrack", 3, states(XT_CONNTRACK_STATE_BIT(IP_CT_NEW)));
  EXPECT_THAT(acting({rule_of_tracking}, {}), SizeIs(1));
  EXPECT_THAT(acting({rule_of_tracking}, {invalid}), IsEmpty());
  EXPECT_THAT(acting({rule_of_tracking}, {fresh}), SizeIs(1));
  EXPECT_THAT(acting({rule_of_tracking}, {invalid, invalid}), SizeIs(1)) << "another rule";
  auto other = invalid;
  other.name = "addrtype";
  EXPECT_THAT(acting({rule_of_tracking}, {other}), SizeIs(1)) << "another rule";
}

TEST(IptablesNative, ARejectionOfIptablesEndsTheSyn) {
  Ways ways{syn()};
  ways.reset = syn("10.0.0.2:80", "10.0.0.1:40000");
  ways.reset->hooks = {"output", "postrouting"};
  const auto list =
      list_of({rule(match(dport, "80"), R"({"xt":{"type":"target","name":"REJECT"}})")}, "accept",
              "input", "", 0, "ip");
  const auto reset = part("REJECT", 0, std::uint32_t{IPT_TCP_RESET}, true);
  const auto found = rules_that_may_act(list, "", ways, {{"ip f", {{11, {reset}}}}});
  ASSERT_TRUE(found.ends_syn);
  EXPECT_EQ(found.ends_syn->how, RuleThatEnds::How::resets);
  EXPECT_FALSE(rules_that_may_act(list, "", ways).ends_syn);
}

}  // namespace
}  // namespace lab::filter
