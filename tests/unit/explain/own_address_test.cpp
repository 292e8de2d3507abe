// SPDX-License-Identifier: MIT
//
// A SYN to an own address that is not delivered, one that has no source that may leave, and one
// over IPv6 where that is off.
#include <gmock/gmock.h>

#include "unit/explain/facts.hpp"

namespace lab::explain {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

TEST(ExplainOwnAddress, HasNoRouteInTheTableLocal) {
  Facts facts = local_syn("10.0.0.2:80", "10.0.0.2:40000");
  facts.arrival.there = over("eth0");
  facts.arrival.local_route_is_missing = true;
  const Diagnosis diagnosis = diagnose(facts);
  EXPECT_EQ(diagnosis.conclusion.cause, "not-local");
  EXPECT_EQ(diagnosis.conclusion.answer, Answer::elsewhere);
  EXPECT_THAT(diagnosis.conclusion.summary, HasSubstr("10.0.0.2 is an address of eth0, but"));
  EXPECT_THAT(diagnosis.conclusion.commands,
              ElementsAre("ip route add local 10.0.0.2 dev eth0 table local"));
}

TEST(ExplainOwnAddress, IsOverruledByAPolicyRuleBeforeTheTableLocal) {
  Facts facts = outside_syn();
  facts.arrival.there = over("eth1");
  facts.local_table_is_first = false;
  facts.arrival.overruling = {{RouteType::other, "rule 5: from all iif eth0 lookup 100",
                               "ip rule del pref 5 from all iif eth0 lookup 100", true}};
  const Diagnosis one = diagnose(facts);
  EXPECT_EQ(one.conclusion.cause, "not-local");
  EXPECT_EQ(one.conclusion.answer, Answer::elsewhere);
  EXPECT_THAT(one.conclusion.summary,
              HasSubstr("but \"rule 5: from all iif eth0 lookup 100\" comes before the table"));
  EXPECT_THAT(one.conclusion.commands,
              ElementsAre("ip rule del pref 5 from all iif eth0 lookup 100"));
  facts.arrival.overruling.push_back(facts.arrival.overruling.front());
  EXPECT_THAT(diagnose(facts).conclusion.summary, HasSubstr("but 2 policy rules come ("));
  EXPECT_THAT(diagnose(facts).conclusion.commands, testing::IsEmpty());
}

TEST(ExplainOwnAddress, IsOnAnotherLinkThanTheOneThatIsMeant) {
  Facts facts = local_syn("[fe80::2]:80", "[fe80::3]:40000");
  facts.interfaces[1].addresses = {{address("fe80::2"), 64, false}};
  facts.interfaces.push_back({3, "eth1", true, false, false, "", {}});
  facts.interfaces[2].addresses = {{address("fe80::3"), 64, false}};
  facts.question.scope = "eth1";
  facts.arrival.there = over("eth1");
  facts.tables.listeners = {listener("[fe80::2]:80")};
  facts.tables.listeners[0].device = "eth0";
  EXPECT_EQ(diagnose(facts).conclusion.cause, "not-local");
  EXPECT_EQ(diagnose(facts).conclusion.answer, Answer::elsewhere);
  EXPECT_THAT(diagnose(facts).conclusion.summary, HasSubstr("address of eth0, and not of eth1"));
  EXPECT_THAT(diagnose(facts).conclusion.remedy, HasSubstr("[fe80::2%eth0]:80"));
}

// ipv6_unicast_destination()
TEST(ExplainOwnAddress, TcpDoesNotAnswerOnAnAnycastAddress) {
  for (Facts facts : {local_syn("[fd00::]:80", "[fd00::2]:40000"),
                      outside_syn("[fd00::]:80", "[fd00::1]:40000")}) {
    facts.arrival.there.type = RouteType::anycast;
    facts.tables.listeners = {listener("[::]:80")};
    EXPECT_EQ(diagnose(facts).conclusion.cause, "not-unicast");
    EXPECT_EQ(diagnose(facts).conclusion.answer, Answer::nothing);
    EXPECT_THAT(diagnose(facts).conclusion.summary, HasSubstr("anycast"));
    EXPECT_TRUE(diagnose(facts).certain());
  }
}

TEST(ExplainOwnAddress, IsRefusedInATableThatAPolicyRuleHasAskedFirst) {
  Facts facts = local_syn("10.0.0.2:80", "10.0.0.2:40000");
  facts.arrival.there = no_route(EACCES);
  facts.local_table_is_first = false;
  facts.arrival.refusals = {{RouteType::prohibit, "prohibit default table 101", "it", false}};
  facts.arrival.overruling = {
      {RouteType::other, "rule 5: from all iif lo lookup 101", "ip rule del pref 5", true}};
  EXPECT_EQ(diagnose(facts).conclusion.cause, "prohibit-route");
  EXPECT_THAT(diagnose(facts).conclusion.summary,
              HasSubstr("\"prohibit default table 101\" is what this network namespace has for "
                        "10.0.0.2: \"rule 5: from all iif lo lookup 101\" comes before"));
}

// __inet6_bind()
TEST(ExplainSource, OfIpv6IsToBeAnAddressOfAnInterfaceThatIsUp) {
  Facts facts = local_syn("[::1]:8888", "[::1]:40000");
  EXPECT_EQ(diagnose(facts).conclusion.cause, "nothing-bound");
  facts.interfaces[0].up = false;
  facts.interfaces[0].addresses = {{address("127.0.0.1"), 8, false}};
  facts.arrival.there = no_route(ENETUNREACH);
  const Diagnosis diagnosis = diagnose(facts);
  EXPECT_EQ(diagnosis.conclusion.cause, "source-cannot-be-bound");
  EXPECT_EQ(diagnosis.conclusion.answer, Answer::not_sent);
  EXPECT_EQ(diagnosis.conclusion.error, EADDRNOTAVAIL);
  EXPECT_THAT(diagnosis.conclusion.commands, ElementsAre("ip link set lo up"));
  facts.sysctls.ipv6_nonlocal_bind = true;
  EXPECT_EQ(diagnose(facts).conclusion.cause, "interface-down");

  Facts off = local_syn("[::1]:8888", "[::1]:40000");
  off.interfaces[0].addresses = {{address("127.0.0.1"), 8, false}};
  off.sysctls.ipv6_disabled = true;
  EXPECT_THAT(diagnose(off).conclusion.summary, HasSubstr("since IPv6 is disabled on lo"));
  EXPECT_THAT(diagnose(off).conclusion.commands,
              ElementsAre("sysctl -w net/ipv6/conf/lo/disable_ipv6=0"));

  Facts tentative = local_syn("[fd00::2]:8888", "[fd00::2]:40000");
  tentative.interfaces[1].addresses[1].tentative = true;
  EXPECT_EQ(diagnose(tentative).conclusion.cause, "source-cannot-be-bound");
  // A route of type local: over IPv4 it is enough.
  EXPECT_EQ(diagnose(local_syn("[fd00::2]:80", "[2001:db8::7]:40000")).conclusion.cause,
            "source-cannot-be-bound");
  EXPECT_EQ(diagnose(local_syn("10.0.0.2:80", "192.0.2.7:40000")).conclusion.cause,
            "nothing-bound");
}

TEST(ExplainSource, ThatIsLinkLocalWantsItsInterface) {
  Facts facts = local_syn("[fd00::2]:80", "[fe80::2]:40000");
  facts.interfaces[1].addresses.push_back({address("fe80::2"), 64, false});
  EXPECT_EQ(diagnose(facts).conclusion.cause, "scope-missing");
  EXPECT_EQ(diagnose(facts).conclusion.error, EINVAL);
  facts.question.scope = "eth0";
  EXPECT_EQ(diagnose(facts).conclusion.cause, "nothing-bound");
}

// inet_select_addr() finds none, and tcp_v4_connect() goes on without.
TEST(ExplainSource, IsMissing) {
  Facts facts = local_syn("10.0.0.3:80", "0.0.0.0:40000");
  facts.arrival.there = over("eth0");
  facts.others.namespaces = {container()};
  facts.others.namespaces[0].interfaces[0].addresses = {{address("10.0.0.3"), 24, false}};
  EXPECT_EQ(diagnose(facts).conclusion.cause, "no-source-address");
  EXPECT_EQ(diagnose(facts).conclusion.answer, Answer::nothing);
  EXPECT_THAT(diagnose(facts).conclusion.commands, testing::IsEmpty());
}

// __mkroute_output()
TEST(ExplainSource, ThatIsALoopbackAddressMayNotLeave) {
  Facts facts = local_syn("10.0.0.3:80", "127.0.0.1:40000");
  facts.arrival.there = no_route(EINVAL);
  facts.arrival.from_here = over("eth0");
  facts.arrival.from_here.source = address("10.0.0.2");
  facts.arrival.refusals = {{RouteType::blackhole, "blackhole default metric 9", ""}};
  EXPECT_EQ(diagnose(facts).conclusion.cause, "martian");
  EXPECT_EQ(diagnose(facts).conclusion.answer, Answer::not_sent);
  EXPECT_EQ(diagnose(facts).conclusion.error, EINVAL);
  EXPECT_THAT(diagnose(facts).conclusion.remedy, HasSubstr("10.0.0.2"));
  facts.arrival.from_here = no_route(EINVAL);
  EXPECT_EQ(diagnose(facts).conclusion.cause, "blackhole-route");
}

// ip6_dst_lookup_tail()
TEST(ExplainSource, ThatDecidesWhetherThereIsARouteIsUncertain) {
  Facts facts = local_syn("[2001:db8::1]:80", "[fd00::2]:40000");
  facts.arrival.there = over("eth0");
  EXPECT_TRUE(diagnose(facts).certain());
  facts.arrival.source_decides = true;
  EXPECT_FALSE(diagnose(facts).certain());
  EXPECT_THAT(text_of(diagnose(facts).not_observed, "source-address"), HasSubstr("connect()"));
}

// addrconf_ifdown() takes the addresses and routes away.
TEST(ExplainIpv6, ThatIsOffLeavesNoRoute) {
  Facts facts = without_source("[fd00::1]:80", ENETUNREACH);
  facts.interfaces[1].addresses.clear();
  EXPECT_EQ(diagnose(facts).conclusion.cause, "no-route");
  facts.interfaces[1].ipv6 = Ipv6::disabled;
  EXPECT_EQ(diagnose(facts).conclusion.cause, "ipv6-off");
  EXPECT_EQ(diagnose(facts).conclusion.error, ENETUNREACH);
  EXPECT_THAT(diagnose(facts).conclusion.commands,
              ElementsAre("sysctl -w net/ipv6/conf/eth0/disable_ipv6=0"));
  facts.interfaces[1].ipv6 = Ipv6::mtu_too_small;
  EXPECT_THAT(diagnose(facts).conclusion.commands, ElementsAre("ip link set eth0 mtu 1280"));
  facts.interfaces.push_back({3, "eth1", true, false, false, "", {}});
  EXPECT_EQ(diagnose(facts).conclusion.cause, "no-route") << "eth1 could have one";
  facts.question.scope = "eth0";
  EXPECT_EQ(diagnose(facts).conclusion.cause, "ipv6-off");
}

TEST(ExplainIpv6, ThatIsOffTakesNothingIn) {
  Facts facts = forwarded(ENETUNREACH, "[fd00::2]:80", "[fd00::1]:40000");
  facts.arrival.back = no_route(ENETUNREACH);
  facts.interfaces[1].addresses.clear();
  facts.interfaces[1].ipv6 = Ipv6::disabled;
  for (const char* device : {"eth0", ""}) {
    facts.arrival.device = device;
    EXPECT_EQ(diagnose(facts).conclusion.cause, "ipv6-off");
    EXPECT_EQ(diagnose(facts).conclusion.answer, Answer::nothing);
    EXPECT_THAT(diagnose(facts).conclusion.summary, HasSubstr("disabled on eth0"));
  }
  facts.interfaces.push_back({3, "eth1", true, false, false, "", {}});
  EXPECT_EQ(diagnose(facts).conclusion.cause, "no-route") << "it may come in on eth1";
}

// fib_props[], fib4_rule_action()
TEST(ExplainReturnRoute, NamesTheEntryThatHasTheErrno) {
  Facts facts = outside_syn("10.0.0.2:80", "192.0.2.1:40000");
  facts.arrival.back = no_route(EACCES);
  facts.arrival.refusals = {
      {RouteType::unreachable, "unreachable default", "ip route del unreachable default"},
      {RouteType::prohibit, "rule 20: to 192.0.2.1 prohibit", "ip rule del pref 20", true}};
  Diagnosis diagnosis = diagnose(facts);
  EXPECT_EQ(diagnosis.conclusion.cause, "no-return-route");
  EXPECT_THAT(diagnosis.conclusion.summary, HasSubstr("rule 20"));
  EXPECT_THAT(diagnosis.conclusion.summary, Not(HasSubstr("unreachable default")));
  EXPECT_THAT(diagnosis.conclusion.commands, ElementsAre("ip rule del pref 20"));
  EXPECT_TRUE(diagnosis.certain());
  facts.arrival.refusals[0].type = RouteType::prohibit;
  diagnosis = diagnose(facts);
  EXPECT_THAT(diagnosis.conclusion.summary, HasSubstr("unreachable default\" or \"rule 20"));
  EXPECT_FALSE(diagnosis.certain());
  facts.arrival.back = no_route(ENETUNREACH);
  EXPECT_THAT(diagnose(facts).conclusion.commands, ElementsAre("ip route add 192.0.2.1 dev eth0"));
}

TEST(ExplainOwnAddress, ThatIsTentativeMayAnswerALaterSyn) {
  Facts facts = outside_syn("[fd00::2]:80", "[fd00::1]:40000");
  facts.interfaces[1].addresses[1].tentative = true;
  facts.arrival.there = facts.arrival.from_here = over("eth0");
  facts.sysctls.forwarding = false;
  EXPECT_EQ(diagnose(facts).conclusion.cause, "address-tentative");
  EXPECT_FALSE(diagnose(facts).certain());
  facts.interfaces[1].addresses[1].dad_failed = true;
  EXPECT_TRUE(diagnose(facts).certain());
  EXPECT_THAT(diagnose(facts).conclusion.summary, HasSubstr("on another host"));
}

}  // namespace
}  // namespace lab::explain
