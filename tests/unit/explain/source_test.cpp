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

TEST(AssumedDevice, IsDoubtedWhereTheOneWithTheAddressWouldDiffer) {
  Facts facts = served(outside_syn());
  facts.arrival.device_is_assumed = true;
  facts.arrival.other_device = "eth1";
  facts.arrival.there_by_other = facts.arrival.there;
  EXPECT_TRUE(diagnose(facts).certain()) << "it comes to TCP either way";
  facts.arrival.there_by_other = no_route(EXDEV);
  EXPECT_FALSE(diagnose(facts).certain());
  EXPECT_THAT(text_of(diagnose(facts).not_observed, "device"), HasSubstr("eth1 has 10.0.0.2"));
}

TEST(AssumedDevice, IsDoubtedWhereAListenerIsBoundToOne) {
  Facts facts = served(outside_syn());
  facts.tables.listeners[0].device = "eth0";
  facts.arrival.device_is_assumed = true;
  EXPECT_TRUE(diagnose(facts).certain()) << "only one interface comes into question";
  facts.arrival.other_device = "eth1";
  facts.arrival.there_by_other = facts.arrival.there;
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

}  // namespace
}  // namespace lab::explain
