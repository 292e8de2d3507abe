// SPDX-License-Identifier: MIT
//
// What leaves here waits for the link-layer address of its next hop, or may; and on which interface
// the SYN comes in is not known.
#include <gmock/gmock.h>

#include <cerrno>

#include "unit/explain/facts.hpp"

namespace lab::explain {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

Facts answered(NextHop::Entry entry) {
  Facts facts = outside_syn();
  facts.tables.listeners = {listener("0.0.0.0:8888")};
  add_server(facts);
  facts.next_hop = NextHop{address("10.0.0.1"), "eth0", entry};
  return facts;
}

// eth0, which has the address, is a port of br0.
Facts on_port(NextHop::Entry entry) {
  Facts facts = answered(entry);
  facts.interfaces[1].master = "br0";
  facts.interfaces.push_back(Interface{3, "br0", false, false, false, "", {}});
  facts.arrival.device = "br0";
  return facts;
}

TEST(NextHop, ARuleMayDropArpForTheAnswer) {
  Facts facts = answered(NextHop::Entry::none);
  EXPECT_TRUE(diagnose(facts).certain());
  facts.filters.discovery_of_answer = {"the policy (drop) of chain arp a i"};
  const Diagnosis diagnosis = diagnose(facts);
  EXPECT_FALSE(diagnosis.certain());
  EXPECT_THAT(text_of(diagnosis.not_observed, "neighbour"),
              HasSubstr("whether ARP finds 10.0.0.1, the next hop of the answer, which has no "
                        "usable entry (ip neigh): a rule may drop it, the policy (drop) of chain"));
  // A RST is an answer, too.
  facts.tables.listeners.clear();
  EXPECT_FALSE(diagnose(facts).certain());
}

TEST(NextHop, HasNotAnsweredBefore) {
  EXPECT_TRUE(diagnose(answered(NextHop::Entry::usable)).certain());
  const Diagnosis diagnosis = diagnose(answered(NextHop::Entry::silent));
  EXPECT_EQ(diagnosis.conclusion.cause, "listening");
  EXPECT_FALSE(diagnosis.certain());
  EXPECT_THAT(text_of(diagnosis.not_observed, "neighbour"), HasSubstr("answers ARP now"));
}

// That of the sender itself is taken to be there: it is what the question is about.
TEST(NextHop, AGatewayWithoutAnEntryMayBeDead) {
  Facts facts = answered(NextHop::Entry::none);
  EXPECT_TRUE(diagnose(facts).certain());
  facts.arrival.back.gateway = facts.next_hop->address = address("10.0.0.254");
  const Diagnosis diagnosis = diagnose(facts);
  EXPECT_EQ(diagnosis.conclusion.cause, "listening");
  EXPECT_FALSE(diagnosis.certain());
  EXPECT_THAT(text_of(diagnosis.not_observed, "neighbour"),
              HasSubstr("whether 10.0.0.254, the next hop of the answer, answers ARP: it has no"));
  facts.next_hop->entry = NextHop::Entry::usable;
  EXPECT_TRUE(diagnose(facts).certain());
}

TEST(NextHop, IsARouterThatMayTakeOffTheLastHop) {
  Facts facts = answered(NextHop::Entry::usable);
  facts.sysctls.hop_limit = 1;
  EXPECT_TRUE(diagnose(facts).certain());  // the sender is on the link
  facts.arrival.back.gateway = facts.next_hop->address = address("10.0.0.254");
  EXPECT_THAT(text_of(diagnose(facts).not_observed, "hop-limit"), HasSubstr("a TTL of 1"));
  EXPECT_FALSE(diagnose(facts).certain());
  facts.arrival.back.hop_limit = 64;
  EXPECT_TRUE(diagnose(facts).certain());
}

TEST(NextHop, MayBeThatOfAnEncapsulation) {
  Facts facts = answered(NextHop::Entry::usable);
  facts.arrival.back.encapsulates = true;
  EXPECT_THAT(text_of(diagnose(facts).not_observed, "encap"), HasSubstr("of the answer"));
  EXPECT_FALSE(diagnose(facts).certain());
}

// What a router refuses needs a next hop, too, which is not that of the SYN.
TEST(NextHop, OfAnIcmpErrorOrARefusalMayBeDead) {
  Facts refused = forwarded(EACCES);
  refused.next_hop = NextHop{address("10.0.0.254"), "eth0", NextHop::Entry::none};
  EXPECT_EQ(diagnose(refused).conclusion.answer, Answer::icmp);
  EXPECT_FALSE(diagnose(refused).certain());
  refused.next_hop->entry = NextHop::Entry::usable;
  EXPECT_TRUE(diagnose(refused).certain());

  Facts rejected = outside_syn("192.0.2.1:80");
  rejected.arrival.there = over("eth1");
  rejected.filters.ends_syn = RuleThatEnds{.how = RuleThatEnds::How::resets,
                                           .error = ECONNREFUSED,
                                           .hook = "forward",
                                           .chain = "inet t f",
                                           .text = "rule"};
  rejected.next_hop = NextHop{address("192.0.2.1"), "eth1", NextHop::Entry::silent};
  EXPECT_EQ(diagnose(rejected).conclusion.answer, Answer::rst);
  EXPECT_TRUE(diagnose(rejected).certain()) << "the SYN does not get to its next hop";
  rejected.hop_of_refusal = NextHop{address("10.0.0.254"), "eth0", NextHop::Entry::none};
  EXPECT_FALSE(diagnose(rejected).certain());
}

TEST(NextHop, OfASynThatHasNotBeenAskedIsNamedWithItsCondition) {
  Facts facts = asked("192.0.2.1:80", "10.0.0.2:40000");
  facts.arrival.local_sender = true;
  facts.arrival.there = {0, RouteType::unicast, "eth0", address("10.0.0.254")};
  facts.next_hop = NextHop{address("10.0.0.254"), "eth0", NextHop::Entry::none};
  EXPECT_TRUE(diagnose(facts).certain());
  EXPECT_THAT(diagnose(facts).conclusion.summary,
              HasSubstr("the SYN leaves by eth0, gateway 10.0.0.254, if 10.0.0.254 answers ARP"));
  facts.next_hop->entry = NextHop::Entry::silent;
  EXPECT_FALSE(diagnose(facts).certain());
  EXPECT_THAT(text_of(diagnose(facts).not_observed, "neighbour"),
              HasSubstr("the next hop of the SYN, answers ARP now"));
  facts.next_hop->entry = NextHop::Entry::usable;
  EXPECT_TRUE(diagnose(facts).certain());
  EXPECT_THAT(diagnose(facts).conclusion.summary, Not(HasSubstr("answers")));
}

TEST(NextHop, ARuleMayDropWhatTheSenderLooksForThisHostBy) {
  Facts facts = answered(NextHop::Entry::usable);
  facts.filters.discovery_by_sender = {"the policy (drop) of chain arp a i"};
  EXPECT_FALSE(diagnose(facts).certain());
  EXPECT_THAT(text_of(diagnose(facts).not_observed, "neighbour"),
              HasSubstr("whether the SYN comes at all"));
  facts.tables.listeners[0].accept_queue = 129;
  EXPECT_TRUE(diagnose(facts).certain()) << "there is no answer either way";
}

TEST(NextHop, OfAnAnswerThatThereIsNotDoesNotMatter) {
  Facts facts = answered(NextHop::Entry::silent);
  facts.tables.listeners[0].accept_queue = 129;
  const Diagnosis diagnosis = diagnose(facts);
  EXPECT_EQ(diagnosis.conclusion.cause, "accept-queue-full");
  EXPECT_TRUE(diagnosis.certain());
}

TEST(NextHop, RepliesDoNotComeInOnThePortOfABridge) {
  const Diagnosis diagnosis = diagnose(on_port(NextHop::Entry::none));
  EXPECT_EQ(diagnosis.conclusion.cause, "address-on-port");
  EXPECT_EQ(diagnosis.conclusion.answer, Answer::nothing);
  EXPECT_TRUE(diagnosis.certain());
  EXPECT_THAT(diagnosis.conclusion.summary, HasSubstr("eth0 is a port of br0"));
  EXPECT_THAT(diagnosis.conclusion.commands,
              ElementsAre("ip link set br0 up", "ip addr add 10.0.0.2/24 dev br0",
                          "ip addr del 10.0.0.2/24 dev eth0"));
}

TEST(NextHop, APortThatKnowsItsNextHopSends) {
  const Diagnosis diagnosis = diagnose(on_port(NextHop::Entry::usable));
  EXPECT_EQ(diagnosis.conclusion.cause, "listening");
  EXPECT_THAT(text_of(diagnosis.not_observed, "return-path"), HasSubstr("comes in on br0"));
}

TEST(NextHop, WhatOpenVSwitchDoesIsNotKnown) {
  Facts facts = on_port(NextHop::Entry::none);
  facts.interfaces[1].is_switched = true;
  const Diagnosis diagnosis = diagnose(facts);
  EXPECT_EQ(diagnosis.conclusion.cause, "listening");
  EXPECT_THAT(text_of(diagnosis.not_observed, "neighbour"), HasSubstr("eth0 is a port of br0"));
}

TEST(NextHop, AListenerBoundToTheBridgeMayAnswer) {
  Facts facts = on_port(NextHop::Entry::none);
  facts.tables.listeners[0].device = "br0";
  const Diagnosis diagnosis = diagnose(facts);
  EXPECT_EQ(diagnosis.conclusion.cause, "listening");
  EXPECT_FALSE(diagnosis.certain());
}

TEST(NextHop, OfASynThatLeavesByAPort) {
  Facts facts = asked("10.0.0.9:80", "10.0.0.2:40000");
  facts.arrival.local_sender = true;
  facts.arrival.there = {0, RouteType::unicast, "eth0", std::nullopt};
  facts.interfaces[1].master = "br0";
  facts.next_hop = NextHop{address("10.0.0.9"), "eth0", NextHop::Entry::none};
  const Diagnosis diagnosis = diagnose(facts);
  EXPECT_EQ(diagnosis.conclusion.answer, Answer::elsewhere);
  EXPECT_THAT(text_of(diagnosis.not_observed, "neighbour"), HasSubstr("whether the SYN leaves"));
  facts.next_hop->entry = NextHop::Entry::usable;
  EXPECT_TRUE(diagnose(facts).certain());
}

TEST(UnknownDevice, MattersWhereThereAreVrfs) {
  Facts facts = outside_syn("10.0.0.2:8888", "192.0.2.1:40000");
  facts.arrival.device.clear();
  facts.arrival.back = facts.arrival.back_of_bound = no_route(ENETUNREACH);
  EXPECT_TRUE(diagnose(facts).certain());
  Interface port{4, "eth1", true, false, false, "red", {}};
  facts.interfaces.push_back(port);
  const Diagnosis diagnosis = diagnose(facts);
  EXPECT_FALSE(diagnosis.certain());
  EXPECT_THAT(text_of(diagnosis.not_observed, "device"), HasSubstr("eth1 is a port of VRF red"));
  facts.arrival.device = "eth0";
  EXPECT_TRUE(diagnose(facts).certain());
}

TEST(PrivilegedPort, IsNotForUsers) {
  Facts facts = asked("10.0.0.9:80", "10.0.0.2:1000");
  facts.arrival.local_sender = true;
  facts.arrival.there = {0, RouteType::unicast, "eth0", std::nullopt};
  facts.sysctls.ip_unprivileged_port_start = 1024;
  facts.question.uid = 0;
  EXPECT_EQ(diagnose(facts).conclusion.answer, Answer::elsewhere);
  facts.question.uid = 1000;
  const Diagnosis diagnosis = diagnose(facts);
  EXPECT_EQ(diagnosis.conclusion.cause, "source-port-privileged");
  EXPECT_EQ(diagnosis.conclusion.answer, Answer::not_sent);
  EXPECT_EQ(diagnosis.conclusion.error, EACCES);
  EXPECT_TRUE(diagnosis.certain());
  EXPECT_THAT(diagnosis.conclusion.commands,
              ElementsAre("sysctl -w net/ipv4/ip_unprivileged_port_start=1000"));
  facts.sysctls.ip_unprivileged_port_start = 1000;
  EXPECT_EQ(diagnose(facts).conclusion.answer, Answer::elsewhere);
}

}  // namespace
}  // namespace lab::explain
