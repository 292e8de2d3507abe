// SPDX-License-Identifier: MIT
//
// A SYN that TCP here never gets: routing has the first word.
#include <gmock/gmock.h>

#include "unit/explain/facts.hpp"

namespace lab::explain {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

TEST(ExplainArrival, NoRoute) {
  const Diagnosis diagnosis = diagnose(without_source("192.0.2.1:80", ENETUNREACH));
  EXPECT_EQ(diagnosis.conclusion.cause, "no-route");
  EXPECT_EQ(diagnosis.conclusion.answer, Answer::not_sent);
  EXPECT_THAT(diagnosis.conclusion.summary, HasSubstr("ENETUNREACH"));
  EXPECT_THAT(steps_of(diagnosis), ElementsAre("route"));
}

TEST(ExplainArrival, AnotherHostsAddress) {
  Facts facts = local_syn("192.0.2.1:80", "10.0.0.2:40000");
  facts.arrival.there = {0, RouteType::unicast, "eth0", address("10.0.0.254")};
  const Diagnosis diagnosis = diagnose(facts);
  EXPECT_EQ(diagnosis.conclusion.cause, "not-local");
  EXPECT_EQ(diagnosis.conclusion.answer, Answer::elsewhere);
  EXPECT_THAT(diagnosis.conclusion.summary, HasSubstr("leaves by eth0, gateway 10.0.0.254"));
}

TEST(ExplainArrival, AnotherHostsAddressForASynFromOutside) {
  Facts facts = outside_syn("10.0.0.9:80");
  facts.arrival.there = no_route(EHOSTUNREACH);  // this host forwards nothing
  const Diagnosis diagnosis = diagnose(facts);
  EXPECT_EQ(diagnosis.conclusion.cause, "not-local");
  EXPECT_EQ(diagnosis.conclusion.answer, Answer::nothing);
}

TEST(ExplainArrival, AnotherNamespacesAddress) {
  Facts facts = local_syn("172.17.0.2:80", "172.17.0.1:40000");
  facts.arrival.there = over("docker0");
  facts.others.namespaces = {container()};
  const Diagnosis diagnosis = diagnose(facts);
  EXPECT_EQ(diagnosis.conclusion.cause, "not-local");
  EXPECT_THAT(diagnosis.conclusion.summary, HasSubstr("network namespace web"));
  EXPECT_THAT(diagnosis.conclusion.commands[0],
              HasSubstr("orchestrator explain 172.17.0.2:80 from 172.17.0.1:40000 --netns web"));
}

// Another machine's container, say, or one behind another bridge.
TEST(ExplainArrival, AnotherNamespacesAddressButNotTheNeighbour) {
  Facts facts = local_syn("172.17.0.2:80", "172.17.0.1:40000");
  facts.arrival.there = over("docker0");
  facts.others.namespaces = {container()};
  facts.neighbour = "02:42:ac:11:00:99";
  EXPECT_THAT(diagnose(facts).conclusion.summary, Not(HasSubstr("network namespace web")));
  facts.neighbour = facts.others.namespaces[0].interfaces[0].link_address;
  EXPECT_THAT(diagnose(facts).conclusion.summary, HasSubstr("network namespace web"));
}

TEST(ExplainArrival, SeveralNamespacesAddress) {
  Facts facts = local_syn("172.17.0.2:80", "172.17.0.1:40000");
  facts.arrival.there = over("docker0");
  facts.others.namespaces = {container(), container(), container()};
  EXPECT_THAT(diagnose(facts).conclusion.summary, HasSubstr("network namespace web (and 2 more):"));
}

TEST(ExplainArrival, AnInterfaceThatIsDown) {
  Facts facts = without_source("10.0.0.2:80", ENETUNREACH);
  facts.interfaces[1].up = false;
  const Diagnosis diagnosis = diagnose(facts);
  EXPECT_EQ(diagnosis.conclusion.cause, "interface-down");
  EXPECT_THAT(diagnosis.conclusion.commands, ElementsAre("ip link set eth0 up"));
}

TEST(ExplainArrival, NothingComesInOnAnInterfaceThatIsDown) {
  Facts facts = outside_syn();
  facts.interfaces[1].up = false;
  facts.arrival.there = no_route(EXDEV);
  const Diagnosis diagnosis = diagnose(facts);
  EXPECT_EQ(diagnosis.conclusion.cause, "interface-down");
  EXPECT_EQ(diagnosis.conclusion.summary, "eth0 is down: no SYN comes in there");
  EXPECT_THAT(diagnosis.conclusion.commands, ElementsAre("ip link set eth0 up"));
}

TEST(ExplainArrival, ALoopbackThatWasNeverSetUp) {
  for (const char* destination : {"127.0.0.1:80", "127.0.0.53:80", "[::1]:80"}) {
    Facts facts = without_source(destination, ENETUNREACH);
    facts.interfaces[0].up = false;
    facts.interfaces[0].addresses.clear();
    EXPECT_EQ(diagnose(facts).conclusion.cause, "interface-down") << destination;
    EXPECT_THAT(diagnose(facts).conclusion.commands, ElementsAre("ip link set lo up"));
  }
}

TEST(ExplainArrival, AnAddressThatIsStillTentative) {
  Facts facts = without_source("[fd00::2]:80", ENETUNREACH);
  facts.interfaces[1].addresses[1].tentative = true;
  EXPECT_EQ(diagnose(facts).conclusion.cause, "address-tentative");
}

TEST(ExplainArrival, AnAddressInAVrf) {
  Facts facts = without_source("10.0.0.2:80", ENETUNREACH);
  facts.interfaces[1].vrf = "blue";
  const Diagnosis diagnosis = diagnose(facts);
  EXPECT_EQ(diagnosis.conclusion.cause, "other-vrf");
  EXPECT_THAT(diagnosis.conclusion.remedy, HasSubstr("ip vrf exec blue"));
}

// --- routes that carry no packet (fib_props[], ip6_rt_type_to_error()) ---

struct Special {
  RouteType type;
  int error;
  const char* cause;
};
constexpr Special specials[]{{RouteType::blackhole, EINVAL, "blackhole-route"},
                             {RouteType::prohibit, EACCES, "prohibit-route"},
                             {RouteType::unreachable, EHOSTUNREACH, "unreachable-route"},
                             {RouteType::throw_, ENETUNREACH, "throw-route"}};

TEST(ExplainArrival, ASpecialRouteIsNamedToALocalSender) {
  for (const Special& each : specials) {
    Facts facts = without_source("192.0.2.1:80", each.error);
    facts.arrival.refusals = {{each.type, "the entry", "ip route del it"}};
    const Diagnosis diagnosis = diagnose(facts);
    EXPECT_EQ(diagnosis.conclusion.cause, each.cause);
    EXPECT_EQ(diagnosis.conclusion.answer, Answer::not_sent);
    EXPECT_EQ(diagnosis.conclusion.error, each.error);
    EXPECT_THAT(diagnosis.conclusion.summary, HasSubstr("the entry"));
    EXPECT_THAT(diagnosis.conclusion.commands, ElementsAre("ip route del it"));
    EXPECT_TRUE(diagnosis.certain()) << "no firewall sees what is not sent";
  }
}

// icmp_err_convert[]
TEST(ExplainArrival, ASpecialRouteOfARouterIsRefusedByIcmp) {
  const int of_the_sender[]{0, EHOSTUNREACH, EHOSTUNREACH, ENETUNREACH};
  for (std::size_t at = 0; at < 4; ++at) {
    Facts facts = forwarded(specials[at].error);
    facts.arrival.refusals = {{specials[at].type, "the entry", "ip route del it"}};
    const Diagnosis diagnosis = diagnose(facts);
    EXPECT_EQ(diagnosis.conclusion.cause, specials[at].cause);
    EXPECT_EQ(diagnosis.conclusion.answer,
              specials[at].type == RouteType::blackhole ? Answer::nothing : Answer::icmp);
    EXPECT_EQ(diagnosis.conclusion.error, of_the_sender[at]) << specials[at].cause;
  }
}

// icmpv6_err_convert()
TEST(ExplainArrival, Ipv6HasErrnosOfItsOwn) {
  Facts facts = forwarded(EACCES, "[2001:db8::1]:80", "[fd00::1]:40000");
  facts.sysctls.forwarding = false;
  EXPECT_EQ(diagnose(facts).conclusion.cause, "prohibit-route");
  EXPECT_EQ(diagnose(facts).conclusion.error, EACCES);
}

TEST(ExplainArrival, AHostThatDoesNotForwardSendsNoIcmp) {
  Facts facts = forwarded(EACCES);
  facts.arrival.there = no_route(EHOSTUNREACH);
  facts.sysctls.forwarding = false;
  EXPECT_EQ(diagnose(facts).conclusion.cause, "prohibit-route");
  EXPECT_EQ(diagnose(facts).conclusion.answer, Answer::nothing);
}

// The destination is fine: it is the source that is refused.
TEST(ExplainArrival, ABlackholeElsewhereIsNotTheReversePathFilter) {
  Facts facts = forwarded(EINVAL, "10.0.0.2:80", "192.0.2.1:40000");
  facts.arrival.from_here = {0, RouteType::local, "eth0", std::nullopt};
  facts.arrival.refusals = {{RouteType::blackhole, "blackhole 10.0.0.0/8", ""}};
  EXPECT_EQ(diagnose(facts).conclusion.cause, "reverse-path-filter");
}

// The ICMP error is no TCP: a rule for TCP does not hold it back.
TEST(ExplainArrival, AnIcmpErrorHasItsOwnWayBack) {
  Facts facts = forwarded(EACCES, "[2001:db8::1]:80", "[fd00::1]:40000");
  facts.arrival.back.error = EACCES;
  EXPECT_EQ(diagnose(facts).conclusion.answer, Answer::icmp);
  facts.arrival.icmp_back = {0, RouteType::unicast, "eth1", std::nullopt};
  EXPECT_FALSE(diagnose(facts).certain()) << "it leaves by another interface";
  facts.arrival.icmp_back = {0, RouteType::local, "lo", std::nullopt};
  EXPECT_EQ(diagnose(facts).conclusion.answer, Answer::nothing) << "it stays here";
  EXPECT_TRUE(diagnose(facts).certain());
  facts.arrival.icmp_back.error = EACCES;
  EXPECT_EQ(diagnose(facts).conclusion.answer, Answer::nothing);
}

// The router's answer for its link-layer address is sent to the address that the rule refuses.
TEST(ExplainArrival, AnIcmpErrorNeedsANeighbourWhoseAdvertisementIsNotRefused) {
  Facts facts = forwarded(ENETUNREACH, "[fd00::2]:8888", "[fd01::1]:40000");
  facts.arrival.refusals = {{RouteType::unreachable, "rule 50: to fd00::2", "", true}};
  EXPECT_EQ(diagnose(facts).conclusion.answer, Answer::icmp);
  EXPECT_FALSE(diagnose(facts).certain());
  facts.interfaces[1].addresses.pop_back();
  EXPECT_TRUE(diagnose(facts).certain()) << "it is forwarded";
}

// A rule for the source, or the table that it leads to, refuses what a router would forward.
TEST(ExplainArrival, WhatARouterRefusesForItsSourceIsARouteUnlessItsErrnoIsTheFilters) {
  for (const int error : {ENETUNREACH, EHOSTUNREACH}) {
    Facts facts = forwarded(error, "10.0.0.2:8888", "10.0.0.1:40000");
    facts.arrival.from_here = {0, RouteType::unicast, "eth0", std::nullopt};
    facts.arrival.refusals = {
        {RouteType::unreachable, "rule 50: from 10.0.0.1", "", error == ENETUNREACH}};
    EXPECT_EQ(diagnose(facts).conclusion.cause, "unreachable-route") << error;
    EXPECT_EQ(diagnose(facts).conclusion.answer, Answer::icmp) << error;
    EXPECT_EQ(diagnose(facts).conclusion.error, error) << error;
  }
}

// A rule for the source leads to a table with an unreachable route.
TEST(ExplainArrival, OverIpv6WhatRefusesTheSynIsARoute) {
  Facts facts = forwarded(EHOSTUNREACH, "[fd00::2]:8888", "[fd00::1]:40000");
  facts.arrival.from_here = {0, RouteType::local, "eth0", std::nullopt};
  facts.arrival.refusals = {{RouteType::unreachable, "unreachable default table 100", "", false}};
  facts.local_table_is_first = false;
  EXPECT_EQ(diagnose(facts).conclusion.cause, "unreachable-route");
  EXPECT_EQ(diagnose(facts).conclusion.answer, Answer::icmp);
  EXPECT_EQ(diagnose(facts).conclusion.error, ENETUNREACH);
}

// The rule looks at the source, which the question "from here" does not have.
TEST(ExplainArrival, ARuleForTheSourceComesBeforeARouteThatIsMissing) {
  Facts facts = forwarded(ENETUNREACH, "[2001:db8::1]:80", "[fd00::1]:40000");
  facts.arrival.there = no_route(EINVAL);
  facts.arrival.refusals = {{RouteType::blackhole, "rule 5: from fd00::1 blackhole", "", true}};
  EXPECT_EQ(diagnose(facts).conclusion.cause, "blackhole-route");
  EXPECT_EQ(diagnose(facts).conclusion.answer, Answer::nothing);
}

TEST(ExplainArrival, AnAnswerThatLeavesByAnotherInterfaceMayNotArrive) {
  Facts facts = outside_syn();
  facts.tables.listeners = {listener("0.0.0.0:8888")};
  add_server(facts);
  EXPECT_TRUE(diagnose(facts).certain());
  facts.arrival.back.device = "eth1";
  EXPECT_EQ(diagnose(facts).conclusion.cause, "listening");
  EXPECT_THAT(text_of(diagnose(facts).not_observed, "return-path"), HasSubstr("leaves by eth1"));
  EXPECT_FALSE(diagnose(facts).certain());
}

// inet_csk_route_req() asks for a route of the interface to which the listener is bound, and a
// rule with "oif" looks at that. If it refuses, the sender counts as a neighbour.
TEST(ExplainArrival, AListenerOnADeviceMayTakeAnotherRouteBack) {
  Facts facts = outside_syn();
  facts.tables.listeners = {listener("0.0.0.0:8888")};
  add_server(facts);
  facts.arrival.back = {0, RouteType::unicast, "eth0", address("10.0.0.254")};
  facts.arrival.back_of_bound = {0, RouteType::unicast, "eth0", std::nullopt};
  EXPECT_TRUE(diagnose(facts).certain());
  facts.tables.listeners[0].device = "eth0";
  EXPECT_FALSE(diagnose(facts).certain());
  EXPECT_THAT(text_of(diagnose(facts).not_observed, "return-path"), HasSubstr("another route"));
  facts.arrival.back_of_bound = facts.arrival.back;
  EXPECT_TRUE(diagnose(facts).certain());
}

TEST(ExplainArrival, AnAnswerToAnOwnAddressStaysHere) {
  Facts facts = outside_syn("[fd00::2]:8888", "[fd00::1]:40000");
  facts.tables.listeners = {listener("[::]:8888")};
  facts.arrival.back = {0, RouteType::local, "lo", std::nullopt};
  EXPECT_EQ(diagnose(facts).conclusion.cause, "no-return-route");
  EXPECT_EQ(diagnose(facts).conclusion.answer, Answer::nothing);
  EXPECT_TRUE(diagnose(facts).certain());
  facts.filters.netfilter_of_answer = {"the rule 'tcp sport 8888 drop'"};
  EXPECT_FALSE(diagnose(facts).certain()) << "it comes to the hooks before it stays here";
  facts.filters.netfilter_of_answer.clear();
  facts.tables.listeners[0].device = "eth0";
  EXPECT_FALSE(diagnose(facts).certain()) << "it looks for the address on its link alone";
}

TEST(ExplainArrival, NothingLeavesWithoutACarrier) {
  Facts facts = local_syn("10.0.0.3:80", "10.0.0.2:40000");
  facts.arrival.there = over("eth0");
  EXPECT_EQ(diagnose(facts).conclusion.answer, Answer::elsewhere);
  facts.interfaces[1].carrier = false;
  EXPECT_EQ(diagnose(facts).conclusion.cause, "no-carrier");
  EXPECT_EQ(diagnose(facts).conclusion.answer, Answer::nothing);
}

// ip6_rcv_core()
TEST(ExplainArrival, Ipv6ThatIsOffOnTheInterfaceDropsWhatComesInThere) {
  Facts local = local_syn("[fd00::2]:8888", "[fd00::2]:40000");
  local.sysctls.ipv6_disabled = true;
  EXPECT_EQ(diagnose(local).conclusion.cause, "ipv6-off");
  EXPECT_EQ(diagnose(local).conclusion.answer, Answer::nothing);
  Facts outside = outside_syn("[fd00::2]:8888", "[fd00::1]:40000");
  outside.sysctls.ipv6_disabled = true;
  EXPECT_EQ(diagnose(outside).conclusion.cause, "nothing-bound");
  outside.interfaces[1].ipv6 = Ipv6::disabled;
  EXPECT_EQ(diagnose(outside).conclusion.cause, "ipv6-off");
}

// Where IPv6 is off, another namespace that has the destination is of no help.
TEST(ExplainArrival, WithoutAnIpv6AddressThereIsNoSource) {
  Facts facts = asked("[fd00::9]:80", "[fd00::2]:40000");
  facts.question.source.reset();
  facts.arrival.there = no_route(EADDRNOTAVAIL);
  facts.interfaces[1].addresses.pop_back();
  OtherNetns other{"web", "", true, two_interfaces(), {}};
  other.interfaces[1].addresses = {{address("fd00::9"), 64, false}};
  facts.others.namespaces = {other};
  EXPECT_EQ(diagnose(facts).conclusion.cause, "no-route");
  facts.sysctls.ipv6_disabled = true;
  EXPECT_EQ(diagnose(facts).conclusion.cause, "ipv6-off");
  EXPECT_EQ(diagnose(facts).conclusion.error, EADDRNOTAVAIL);
  EXPECT_EQ(diagnose(facts).conclusion.commands.size(), 1U);
  facts.arrival.there = no_route(ENETUNREACH);
  EXPECT_EQ(diagnose(facts).conclusion.cause, "no-route") << "there is a source, and no route";
  EXPECT_THAT(diagnose(facts).conclusion.summary, HasSubstr("network namespace web"));
}

// bind() comes before connect().
TEST(ExplainArrival, ASourcePortThatIsListenedOnComesBeforeAnyRoute) {
  Facts facts = local_syn("192.0.2.1:80", "127.0.0.1:40000");
  facts.arrival.there = no_route(EACCES);
  facts.tables.listeners = {listener("0.0.0.0:40000")};
  EXPECT_EQ(diagnose(facts).conclusion.cause, "source-in-use");
  EXPECT_EQ(diagnose(facts).conclusion.error, EADDRINUSE);
  // Only two different interfaces keep two sockets apart, or two VRFs.
  facts.tables.listeners[0].device = "eth0";
  EXPECT_EQ(diagnose(facts).conclusion.cause, "source-in-use");
  facts.question.scope = "eth1";
  EXPECT_NE(diagnose(facts).conclusion.cause, "source-in-use");
  facts.question.scope.clear();
  facts.interfaces[1].vrf = "red";
  EXPECT_NE(diagnose(facts).conclusion.cause, "source-in-use");
  facts.sysctls.tcp_l3mdev_accept = 1;
  EXPECT_EQ(diagnose(facts).conclusion.cause, "source-in-use");
}

TEST(ExplainArrival, NoPortIsLeft) {
  Facts facts = local_syn();
  facts.question.port_is_assumed = true;
  facts.sysctls.ip_local_port_range = PortRange{40000, 40003};
  facts.source_ports = {0, 0, 4, 1, 2, std::nullopt};
  const Diagnosis diagnosis = diagnose(facts);
  EXPECT_EQ(diagnosis.conclusion.cause, "no-free-port");
  EXPECT_EQ(diagnosis.conclusion.error, EADDRNOTAVAIL);
  EXPECT_THAT(diagnosis.conclusion.summary,
              HasSubstr("1 reserved, 2 held by sockets that are bound or listen, 1 with"));
  EXPECT_THAT(diagnosis.conclusion.commands,
              ElementsAre("sysctl -w 'net/ipv4/ip_local_port_range=32768 60999'"));
  EXPECT_TRUE(diagnosis.certain());
  facts.source_ports = {0, 1, 3, 1, 2, 40003};
  EXPECT_EQ(diagnose(facts).conclusion.cause, "nothing-bound");
  EXPECT_FALSE(diagnose(facts).certain()) << "bind() may hold the port that is shared";
}

TEST(ExplainArrival, Ipv6IsOff) {
  Facts facts = without_source("[::1]:80", EADDRNOTAVAIL);
  facts.sysctls.ipv6_disabled = true;
  const Diagnosis diagnosis = diagnose(facts);
  EXPECT_EQ(diagnosis.conclusion.cause, "ipv6-off");
  EXPECT_EQ(diagnosis.conclusion.error, EADDRNOTAVAIL);
}

TEST(ExplainArrival, AnInterfaceNameWithADotIsNoSysctlsSeparator) {
  Facts facts = outside_syn("10.0.0.2:80", "192.0.2.1:40000");
  facts.arrival.device = "eth0.100";
  facts.arrival.there = no_route(EXDEV);
  facts.arrival.back = over("eth1");
  EXPECT_THAT(diagnose(facts).conclusion.commands,
              ElementsAre("sysctl -w net/ipv4/conf/eth0.100/rp_filter=2"));
}

TEST(ExplainArrival, TheReversePathFilter) {
  Facts facts = outside_syn("10.0.0.2:80", "192.0.2.1:40000");
  facts.arrival.there = no_route(EXDEV);
  facts.arrival.back = over("eth1");
  const Diagnosis diagnosis = diagnose(facts);
  EXPECT_EQ(diagnosis.conclusion.cause, "reverse-path-filter");
  EXPECT_EQ(diagnosis.conclusion.answer, Answer::nothing);
  EXPECT_THAT(diagnosis.conclusion.summary, HasSubstr("leave by eth1"));
}

TEST(ExplainArrival, TheReversePathFilterOfLinux6_14HasAnotherErrno) {
  Facts facts = outside_syn("10.0.0.2:80", "192.0.2.1:40000");
  facts.arrival.there = no_route(EINVAL);
  facts.arrival.back = no_route(ENETUNREACH);
  EXPECT_EQ(diagnose(facts).conclusion.cause, "reverse-path-filter");
  EXPECT_THAT(diagnose(facts).conclusion.summary, HasSubstr("have no route"));
}

TEST(ExplainArrival, ALoopbackAddressFromOutsideIsAMartian) {
  Facts facts = outside_syn("127.0.0.1:80");
  facts.arrival.there = no_route(EINVAL);
  EXPECT_EQ(diagnose(facts).conclusion.cause, "martian");
}

TEST(ExplainArrival, AnOwnAddressFromOutsideIsAMartian) {
  Facts facts = outside_syn("10.0.0.2:80", "10.0.0.2:40000");
  facts.arrival.there = no_route(EINVAL);
  facts.arrival.back.type = RouteType::local;
  EXPECT_EQ(diagnose(facts).conclusion.cause, "martian");
}

// What a namespace sends to itself goes over lo, whosever the address is.
TEST(ExplainArrival, ALoopbackThatWentDown) {
  Facts facts = local_syn("10.0.0.2:80", "10.0.0.2:40000");
  facts.interfaces[0].up = false;
  EXPECT_EQ(diagnose(facts).conclusion.cause, "interface-down");
  EXPECT_EQ(diagnose(facts).conclusion.answer, Answer::nothing);
}

// The kernel's answer to a lookup does not say it for IPv6; ip6_rcv_core() does.
TEST(ExplainArrival, TheIpv6LoopbackFromOutsideIsAMartian) {
  Facts facts = outside_syn("[::1]:80", "[fd00::1]:40000");
  EXPECT_EQ(diagnose(facts).conclusion.cause, "martian");
}

TEST(ExplainArrival, NoWayBackToTheSource) {
  Facts facts = outside_syn("10.0.0.2:80", "192.0.2.1:40000");
  facts.arrival.back = no_route(ENETUNREACH);
  facts.tables.listeners = {listener("0.0.0.0:80")};
  const Diagnosis diagnosis = diagnose(facts);
  EXPECT_EQ(diagnosis.conclusion.cause, "no-return-route");
  EXPECT_EQ(diagnosis.conclusion.answer, Answer::nothing);
}

TEST(ExplainArrival, ABroadcastAddress) {
  Facts facts = local_syn("10.0.0.255:80", "10.0.0.2:40000");
  facts.arrival.there.type = RouteType::broadcast;
  EXPECT_EQ(diagnose(facts).conclusion.cause, "not-unicast");
  EXPECT_EQ(diagnose(facts).conclusion.answer, Answer::not_sent);
  EXPECT_EQ(diagnose(facts).conclusion.error, ENETUNREACH) << "ip_route_connect()";
}

TEST(ExplainArrival, ARouteRefusesAMulticastAddressFirst) {
  Facts facts = local_syn("224.0.0.1:80", "10.0.0.2:40000");
  facts.arrival.there = no_route(EHOSTUNREACH);
  facts.arrival.refusals = {{RouteType::unreachable, "unreachable 224.0.0.1", "", false}};
  EXPECT_EQ(diagnose(facts).conclusion.cause, "unreachable-route");
  EXPECT_EQ(diagnose(facts).conclusion.error, EHOSTUNREACH);
  facts.arrival.there = no_route(ENETUNREACH);
  facts.arrival.refusals = {};
  EXPECT_EQ(diagnose(facts).conclusion.cause, "not-unicast");
}

TEST(ExplainArrival, WhatTcpWouldHaveFoundIsNotTold) {
  Facts facts = without_source("192.0.2.1:80", ENETUNREACH);
  facts.udp = {{at("0.0.0.0:80"), 1}};
  EXPECT_THAT(diagnose(facts).findings, testing::IsEmpty());
}

}  // namespace
}  // namespace lab::explain
