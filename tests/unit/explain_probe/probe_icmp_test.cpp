// SPDX-License-Identifier: MIT
//
// A probe that an ICMP error has answered (icmp_err_convert[], icmpv6_err_convert()).
#include <gmock/gmock.h>

#include "explain_probe/probe.hpp"
#include "record/exchange.hpp"
#include "unit/explain/exchanges.hpp"

namespace lab::explain {
namespace {

using testing::HasSubstr;

TEST(ExplainProbe, AnIcmpErrorThatDidNotReachTheSocketHasNoErrno) {
  Diagnosis refused = predicted(Answer::icmp, "no-route");
  refused.conclusion.error = ENETUNREACH;
  EXPECT_EQ(judge(with_icmp(ENETUNREACH, {3, 0}, "10.0.0.2"), refused).conclusion.error,
            ENETUNREACH);
  const Probed probed = judge(with_icmp(EINPROGRESS, {3, 0}, "10.0.0.2"), refused);
  EXPECT_EQ(probed.conclusion.cause, "answer-dropped");
  EXPECT_EQ(probed.conclusion.answer, Answer::nothing);
  EXPECT_EQ(probed.conclusion.error, 0);
  EXPECT_FALSE(probed.as_predicted);
  EXPECT_THAT(probed.conclusion.summary, HasSubstr("ICMP net-unreachable from 10.0.0.2 came back"));
}

// As a router sends one that passes the SYN on by the interface on which it came (ip_forward()).
TEST(ExplainProbe, ARedirectIsNoAnswer) {
  const Diagnosis elsewhere = predicted(Answer::elsewhere, "not-local");
  EXPECT_EQ(judge(with_icmp(EINPROGRESS, {5, 1}, "10.0.0.254"), elsewhere).conclusion.cause,
            "silent-elsewhere");
  for (const IcmpCode code : {IcmpCode{4, 0}, IcmpCode{3, 4}, IcmpCode{11, 1}})
    EXPECT_EQ(exchange_of(with_icmp(EINPROGRESS, code, "10.0.0.254")).first, Exchange::Reply::none);
  const Probed refused = judge(with_icmp(ECONNREFUSED, {5, 1}, "10.0.0.254"), elsewhere);
  EXPECT_EQ(refused.conclusion.cause, "refused-elsewhere");
}

TEST(ExplainProbe, ATtlThatRanOutIsNoRules) {
  const Probed probed =
      judge(with_icmp(EHOSTUNREACH, {11, 0}, "10.0.0.254"), acceptance(), a_firewall);
  EXPECT_EQ(probed.conclusion.cause, "icmp-refused");
  EXPECT_THAT(probed.conclusion.summary, HasSubstr("the TTL ran out"));
  EXPECT_THAT(probed.conclusion.remedy, HasSubstr("look at the routes"));
}

// The router has the address that was asked for; the error is about the one behind it.
TEST(ExplainProbe, ADeadHostBehindNatIsNoFirewall) {
  Probe probe = with_icmp(EHOSTUNREACH, {3, 1}, "10.0.0.2");
  probe.translations.push_back({.netns = "router",
                                .name = "network namespace router",
                                .by = "conntrack",
                                .source = probe.source,
                                .destination = probe.destination,
                                .new_source = probe.source,
                                .new_destination = at("10.0.1.9:80")});
  const Probed probed = judge(probe, acceptance(), no_filters);
  EXPECT_EQ(probed.conclusion.cause, "icmp-refused");
  EXPECT_THAT(probed.conclusion.summary,
              HasSubstr("NAT there sends it to 10.0.1.9, and most likely nobody answers"));
  EXPECT_THAT(probed.conclusion.summary, testing::Not(HasSubstr("firewall")));
  EXPECT_THAT(probed.conclusion.remedy, HasSubstr("see whether 10.0.1.9 is up"));
}

TEST(ExplainProbe, AnIcmpErrorIsNoFailureToSend) {
  const Probed probed =
      judge(with_icmp(EHOSTUNREACH, {3, 13}, "10.0.0.2"), acceptance(), a_firewall);
  EXPECT_EQ(probed.conclusion.cause, "icmp-refused");
  EXPECT_EQ(probed.conclusion.error, EHOSTUNREACH);
  EXPECT_THAT(probed.conclusion.summary, HasSubstr("ICMP admin-prohibited from 10.0.0.2"));
}

TEST(ExplainProbe, ASilentNeighbourIsToldFromAFirewall) {
  Probe probe = with_icmp(EHOSTUNREACH, {3, 1}, "10.0.0.1");
  std::erase_if(probe.packets, [](const Packet& each) { return each.segment.has_value(); });
  EXPECT_EQ(judge(probe, acceptance()).conclusion.cause, "no-neighbour");
}

TEST(ExplainProbe, AnotherErrorOfTheSendersOwnHostIsAFirewalls) {
  Probe probe = with_icmp(EHOSTUNREACH, {3, 10}, "10.0.0.1");
  std::erase_if(probe.packets, [](const Packet& each) { return each.segment.has_value(); });
  EXPECT_EQ(judge(probe, acceptance()).conclusion.cause, "icmp-refused");
}

TEST(ExplainProbe, AnIcmpErrorWithAnotherErrnoIsNotThePredictedOne) {
  Diagnosis unreachable = predicted(Answer::icmp, "unreachable-route");
  unreachable.conclusion.error = ENETUNREACH;
  const Probe same = with_icmp(ENETUNREACH, {3, 0}, "10.0.0.2");
  EXPECT_EQ(judge(same, unreachable, no_filters).conclusion.cause, "unreachable-route");
  const Probe other = with_icmp(EHOSTUNREACH, {3, 1}, "10.0.0.2");
  EXPECT_EQ(judge(other, unreachable, no_filters).conclusion.cause, "icmp-refused");
}

TEST(ExplainProbe, ASilentNeighbourIsCertainWithoutAFirewallOnly) {
  Probe probe = with_icmp(EHOSTUNREACH, {3, 1}, "10.0.0.1");
  std::erase_if(probe.packets, [](const Packet& each) { return each.segment.has_value(); });
  const Diagnosis elsewhere = predicted(Answer::elsewhere, "not-local");
  EXPECT_TRUE(judge(probe, elsewhere, no_filters).certain());
  EXPECT_FALSE(judge(probe, elsewhere, a_firewall).certain());
  probe.sender_netns = "client";
  EXPECT_FALSE(judge(probe, elsewhere, no_filters).certain());
}

TEST(ExplainProbe, AnErrorOfARouterIsNotThatOfARuleThatTheSynDidNotReach) {
  Probe probe = with_icmp(EHOSTUNREACH, {3, 13}, "10.0.0.254");
  Diagnosis rule = predicted(Answer::icmp, "firewall");
  rule.conclusion.error = EHOSTUNREACH;
  EXPECT_EQ(judge(probe, rule, a_firewall).conclusion.cause, "firewall");
  std::erase_if(probe.packets, [](const Packet& each) { return each.host == Probe::here; });
  EXPECT_EQ(judge(probe, rule, a_firewall).conclusion.cause, "icmp-refused");
}

// The receiver has the sender's address, too.
TEST(ExplainProbe, AnErrorThatTheReceiverSendsToItselfIsNoAnswer) {
  Probe probe = with_reply(EINPROGRESS, "");
  Packet packet;
  packet.host = Probe::here;
  packet.device = "lo";
  packet.outgoing = true;
  packet.icmp = IcmpError{{3, 0},
                          address("10.0.0.1"),
                          address("10.0.0.1"),
                          0,
                          IcmpError::Quoted{probe.source, probe.destination, 1}};
  probe.packets.push_back(packet);
  const Filters none{std::vector<std::string>{}, std::vector<std::string>{}};
  const Probed probed = judge(probe, predicted(Answer::nothing, "no-route"), none);
  EXPECT_EQ(probed.conclusion.cause, "no-route");
  EXPECT_EQ(probed.conclusion.answer, Answer::nothing);
}

}  // namespace
}  // namespace lab::explain
