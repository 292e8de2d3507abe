// SPDX-License-Identifier: MIT
//
// Routes over lo to addresses that are not of this host.
#include <gmock/gmock.h>

#include <cerrno>

#include "unit/explain/facts.hpp"

namespace lab::explain {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

Facts sent_over_lo(const char* destination, const char* source) {
  Facts facts = local_syn(destination, source);
  facts.arrival.there = over("lo");
  facts.arrival.icmp_back.type = RouteType::local;
  return facts;
}

Facts forwarded_over_lo(const char* destination, const char* source) {
  Facts facts = outside_syn(destination, source);
  facts.arrival.there = facts.arrival.from_here = over("lo");
  facts.arrival.icmp_back = over("eth0");
  return facts;
}

TEST(OverLoopback, OverIpv4TheSynIsDroppedWhereItComesInAgain) {
  const Diagnosis diagnosis = diagnose(sent_over_lo("192.0.2.1:80", "10.0.0.2:40000"));
  EXPECT_EQ(diagnosis.conclusion.cause, "route-over-lo");
  EXPECT_EQ(diagnosis.conclusion.answer, Answer::nothing);
  EXPECT_TRUE(diagnosis.certain());
  EXPECT_THAT(diagnosis.conclusion.commands,
              ElementsAre("ip route show table all match 192.0.2.1"));
}

// ip6_pkt_discard_out(): the ICMP error comes after the SYN, so connect() does not fail at once.
TEST(OverLoopback, OverIpv6TheRouteRefusesByIcmp) {
  const Diagnosis diagnosis = diagnose(sent_over_lo("[2001:db8::1]:80", "[fd00::2]:40000"));
  EXPECT_EQ(diagnosis.conclusion.cause, "route-over-lo");
  EXPECT_EQ(diagnosis.conclusion.answer, Answer::icmp);
  EXPECT_EQ(diagnosis.conclusion.error, ENETUNREACH);
  EXPECT_TRUE(diagnosis.certain());
}

TEST(OverLoopback, ARouterForwardsIpv4UntilItsTtlHasRunOut) {
  const Diagnosis diagnosis = diagnose(forwarded_over_lo("192.0.2.1:80", "10.0.0.1:40000"));
  EXPECT_EQ(diagnosis.conclusion.answer, Answer::icmp);
  EXPECT_EQ(diagnosis.conclusion.error, EHOSTUNREACH);
  EXPECT_TRUE(diagnosis.certain());
}

// Not ip6_forward(), which would want net.ipv6.conf.all.forwarding.
TEST(OverLoopback, ARouterRefusesIpv6EvenIfItForwardsNothing) {
  Facts facts = forwarded_over_lo("[2001:db8::1]:80", "[fd00::1]:40000");
  facts.sysctls.forwarding = false;
  EXPECT_EQ(diagnose(facts).conclusion.answer, Answer::icmp);
  EXPECT_EQ(diagnose(facts).conclusion.error, ENETUNREACH);
}

TEST(OverLoopback, AnErrorThatDoesNotGetBackIsNoAnswer) {
  Facts facts = forwarded_over_lo("192.0.2.1:80", "10.0.0.1:40000");
  facts.arrival.icmp_back = no_route(ENETUNREACH);
  EXPECT_EQ(diagnose(facts).conclusion.answer, Answer::nothing);
  facts.arrival.icmp_back = over("eth1");
  EXPECT_EQ(diagnose(facts).conclusion.answer, Answer::icmp);
  EXPECT_THAT(text_of(diagnose(facts).not_observed, "return-path"), HasSubstr("leaves by eth1"));
}

TEST(OverLoopback, AnAnswerDoesNotGetBack) {
  Facts facts = outside_syn();
  facts.tables.listeners = {listener("0.0.0.0:8888")};
  add_server(facts);
  facts.arrival.back = facts.arrival.back_of_bound = over("lo");
  const Diagnosis diagnosis = diagnose(facts);
  EXPECT_EQ(diagnosis.conclusion.cause, "no-return-route");
  EXPECT_EQ(diagnosis.conclusion.answer, Answer::nothing);
  EXPECT_TRUE(diagnosis.certain());
}

}  // namespace
}  // namespace lab::explain
