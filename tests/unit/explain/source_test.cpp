// SPDX-License-Identifier: MIT
//
// The source of the SYN, and the interface on which it comes in: which it may not have, and which
// is not known.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cerrno>

#include "unit/explain/facts.hpp"

namespace lab::explain {
namespace {

using ::testing::HasSubstr;

Facts served(Facts facts) {
  facts.tables.listeners = {listener("0.0.0.0:8888")};
  add_server(facts);
  return facts;
}

TEST(SourceOfMany, IsAMartianWhateverTheReversePathFilterSays) {
  Facts facts = served(outside_syn("10.0.0.2:8888", "224.0.0.9:40000"));
  EXPECT_EQ(diagnose(facts).conclusion.cause, "martian");
  facts.arrival.there = no_route(EINVAL);
  EXPECT_EQ(diagnose(facts).conclusion.cause, "martian");
}

TEST(SourceOfMany, MayBeABroadcastAddressOfThisHost) {
  Facts facts = served(outside_syn("10.0.0.2:8888", "10.0.0.127:40000"));
  EXPECT_EQ(diagnose(facts).conclusion.cause, "listening");
  facts.arrival.back.type = RouteType::broadcast;
  const Diagnosis diagnosis = diagnose(facts);
  EXPECT_EQ(diagnosis.conclusion.cause, "martian");
  EXPECT_EQ(diagnosis.conclusion.answer, Answer::nothing);
  EXPECT_THAT(diagnosis.conclusion.summary, HasSubstr("10.0.0.127 is a broadcast address here"));
}

TEST(SourceAddress, ThatIPv6DoesNotFindFailsConnect) {
  Facts facts = without_source("[fd09::9]:80", EADDRNOTAVAIL);
  facts.arrival.there.device = "eth0";
  const Diagnosis diagnosis = diagnose(facts);
  EXPECT_EQ(diagnosis.conclusion.cause, "no-source-address");
  EXPECT_EQ(diagnosis.conclusion.answer, Answer::not_sent);
  EXPECT_EQ(diagnosis.conclusion.error, EADDRNOTAVAIL);
}

TEST(SourceAddress, OfTheLoopbackIsDroppedByWhoeverGetsIt) {
  Facts facts = local_syn("[fd09::9]:80", "[::1]:40000");
  facts.arrival.there = over("eth0");
  facts.question.source_is_assumed = true;
  const Diagnosis diagnosis = diagnose(facts);
  EXPECT_EQ(diagnosis.conclusion.cause, "no-source-address");
  EXPECT_EQ(diagnosis.conclusion.answer, Answer::nothing);
}

// The same SYN, if it comes in on eth1.
Facts on_eth1(Facts facts) {
  facts.arrival.device = "eth1";
  facts.arrival.device_is_assumed = false;
  return facts;
}

TEST(AssumedDevice, IsDoubtedWhereTheVerdictWouldDifferOnAnother) {
  Facts facts = served(outside_syn());
  facts.arrival.device_is_assumed = true;
  Facts other = on_eth1(facts);
  facts.by_other_device = {other};
  EXPECT_TRUE(diagnose(facts).certain()) << "it comes to TCP either way";
  other.arrival.there = no_route(EXDEV);
  facts.by_other_device = {other};
  EXPECT_FALSE(diagnose(facts).certain());
  EXPECT_THAT(text_of(diagnose(facts).not_observed, "device"),
              HasSubstr("on eth1 the verdict would be nothing (reverse-path-filter)"));
}

TEST(AssumedDevice, IsDoubtedWhereAListenerIsBoundToOne) {
  Facts facts = served(outside_syn());
  facts.tables.listeners[0].device = "eth0";
  facts.arrival.device_is_assumed = true;
  EXPECT_TRUE(diagnose(facts).certain()) << "only one interface comes into question";
  facts.by_other_device = {on_eth1(facts)};
  EXPECT_FALSE(diagnose(facts).certain());
}

TEST(AssumedDevice, IsDoubtedWhereTheVerdictOnAnotherIsUncertain) {
  Facts facts = served(outside_syn());
  facts.arrival.device_is_assumed = true;
  Facts other = on_eth1(facts);
  other.filters.netfilter = {"rule 'iifname eth1 limit rate 1/second drop' (handle 4)"};
  facts.by_other_device = {other};
  EXPECT_FALSE(diagnose(facts).certain());
}

TEST(ReturnPath, MayLackTheSourceAlone) {
  Facts facts = served(outside_syn("10.56.7.7:8888"));
  facts.arrival.back = no_route(ENETUNREACH);
  EXPECT_THAT(diagnose(facts).conclusion.summary, HasSubstr("no route back to 10.0.0.1"));
  facts.arrival.icmp_back = over("eth0");
  const Diagnosis diagnosis = diagnose(facts);
  EXPECT_EQ(diagnosis.conclusion.cause, "no-return-route");
  EXPECT_THAT(diagnosis.conclusion.summary, HasSubstr("no answer can have the source 10.56.7.7"));
  EXPECT_THAT(diagnosis.conclusion.commands,
              ::testing::ElementsAre(HasSubstr("ip route add local 10.56.7.7 dev lo")));
}

TEST(ReturnPath, IsWantedByTheReversePathFilterOfAllInterfaces) {
  Facts facts = served(outside_syn());
  facts.arrival.device.clear();
  facts.arrival.back = no_route(ENETUNREACH);
  facts.sysctls.rp_filter = 0;
  EXPECT_EQ(diagnose(facts).conclusion.cause, "no-return-route");
  facts.sysctls.rp_filter = 2;
  EXPECT_EQ(diagnose(facts).conclusion.cause, "reverse-path-filter");
}

TEST(Arp, IsNotAnsweredForAnAddressOfAnotherInterface) {
  Facts facts = served(outside_syn("10.9.9.9:8888"));
  facts.interfaces[0].addresses.push_back({address("10.9.9.9"), 32, false});
  EXPECT_TRUE(diagnose(facts).certain());
  facts.sysctls.arp_ignore = 1;
  EXPECT_FALSE(diagnose(facts).certain());
  EXPECT_THAT(text_of(diagnose(facts).not_observed, "neighbour"),
              HasSubstr("net.ipv4.conf.eth0.arp_ignore"));
}

TEST(Arp, IsAnsweredForAnAddressOfTheInterfaceUnlessItIgnoresAll) {
  Facts facts = served(outside_syn());
  facts.sysctls.arp_ignore = 1;
  EXPECT_TRUE(diagnose(facts).certain());
  facts.sysctls.arp_ignore = 2;
  EXPECT_TRUE(diagnose(facts).certain()) << "the sender is in the subnet";
  facts.sysctls.arp_ignore = 8;
  EXPECT_FALSE(diagnose(facts).certain());
}

TEST(Arp, IsNotMissedOnALinkWithoutIt) {
  Facts facts = served(outside_syn());
  facts.sysctls.arp_ignore = 8;
  EXPECT_FALSE(diagnose(facts).certain());
  facts.interfaces[1].asks_for_neighbours = false;
  EXPECT_TRUE(diagnose(facts).certain());
}

TEST(Arp, IsNotAnsweredOnAnInterfaceThatPacketsToTheSenderDoNotTake) {
  Facts facts = served(outside_syn());
  facts.sysctls.arp_filter = true;
  EXPECT_TRUE(diagnose(facts).certain());
  facts.arrival.back.device = "eth1";
  EXPECT_THAT(text_of(diagnose(facts).not_observed, "neighbour"),
              HasSubstr("net.ipv4.conf.eth0.arp_filter"));
}

TEST(Arp, IsNotAnsweredForAnAddressOfScopeHost) {
  Facts facts = served(outside_syn("10.9.9.9:8888"));
  facts.interfaces[0].addresses.push_back({address("10.9.9.9"), 32, false});
  facts.sysctls.arp_ignore = 3;
  EXPECT_TRUE(diagnose(facts).certain());
  facts.interfaces[0].addresses.back().is_of_host = true;
  EXPECT_THAT(text_of(diagnose(facts).not_observed, "neighbour"), HasSubstr("arp_ignore"));
}

TEST(Arp, MayBeOff) {
  Facts facts = served(outside_syn());
  facts.interfaces[1].arp_is_off = true;
  facts.interfaces[1].asks_for_neighbours = false;
  EXPECT_THAT(text_of(diagnose(facts).not_observed, "neighbour"), HasSubstr("ARP is off on eth0"));
  facts.is_entered_by_hand = true;
  EXPECT_TRUE(diagnose(facts).certain());
}

TEST(IcmpLimit, MayKeepARefusalBack) {
  Facts facts = served(outside_syn());
  facts.filters.ends_syn = RuleThatEnds{};
  facts.filters.ends_syn->how = RuleThatEnds::How::refuses;
  facts.filters.ends_syn->error = ECONNREFUSED;
  facts.filters.ends_syn->hook = "input";
  ASSERT_EQ(diagnose(facts).conclusion.answer, Answer::icmp);
  EXPECT_TRUE(diagnose(facts).certain());
  facts.sysctls.icmp.rate_limit = 60000;
  EXPECT_THAT(text_of(diagnose(facts).not_observed, "icmp-limit"),
              HasSubstr("one in 60000 ms to a host (net.ipv4.icmp_ratelimit)"));
  facts.sysctls.icmp.is_limited = false;
  EXPECT_TRUE(diagnose(facts).certain());
  facts.sysctls.icmp = {1000, true, 0};
  EXPECT_FALSE(diagnose(facts).certain());
}

}  // namespace
}  // namespace lab::explain
