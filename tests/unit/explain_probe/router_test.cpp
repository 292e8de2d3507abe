// SPDX-License-Identifier: MIT
//
// A namespace between both ends that does not send the SYN, or its answer, on.
#include <gmock/gmock.h>

#include "explain_probe/probe.hpp"
#include "unit/explain/exchanges.hpp"

namespace lab::explain {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

RouterLoss router(RouterLoss::Why why) {
  RouterLoss loss;
  loss.netns = "router";
  loss.name = "network namespace router";
  loss.device = "s0";
  loss.source = address("10.0.0.2");
  loss.destination = address("10.0.0.1");
  loss.why = why;
  return loss;
}
RouterLoss not_forwarding() {
  RouterLoss loss = router(RouterLoss::Why::does_not_forward);
  loss.sysctl = "net/ipv4/conf/s0/forwarding";
  return loss;
}

// The SYN does not arrive; or an answer leaves, and does not come back.
Probe without_syn() {
  Probe probe = with_reply(EINPROGRESS, "");
  probe.packets.pop_back();
  return probe;
}
Probe without_answer() {
  Probe probe = with_reply(EINPROGRESS, "S.");
  probe.packets.pop_back();
  return probe;
}
Probed judged(const Probe& probe) { return judge(probe, acceptance(), no_filters); }

TEST(ExplainRouter, ThatDoesNotForwardIsNamedWithTheSysctl) {
  Probe probe = without_syn();
  probe.loses_syn = not_forwarding();
  const Probed lost = judged(probe);
  EXPECT_TRUE(lost.certain());
  EXPECT_EQ(lost.conclusion.cause, "lost-on-the-way");
  EXPECT_THAT(lost.conclusion.summary,
              HasSubstr("network namespace router does not forward what comes in on s0 "
                        "(net.ipv4.conf.s0.forwarding is 0)"));
  EXPECT_THAT(lost.conclusion.commands,
              ElementsAre("ip netns exec router sysctl -w net/ipv4/conf/s0/forwarding=1"));
}

TEST(ExplainRouter, IsNotToBlameForASynThatArrived) {
  Probe probe = without_answer();
  probe.loses_syn = not_forwarding();
  EXPECT_EQ(judged(probe).conclusion.cause, "answer-lost");
  EXPECT_THAT(judged(probe).conclusion.summary, Not(HasSubstr("does not forward")));
  probe.loses_answer = not_forwarding();
  EXPECT_EQ(judged(probe).conclusion.cause, "answer-lost");
  EXPECT_THAT(judged(probe).conclusion.summary, HasSubstr("an answer was sent, and network"));
  EXPECT_TRUE(judged(probe).certain());
}

TEST(ExplainRouter, IsNotToBlameForAnAnswerThatWasNotSent) {
  Probe probe = with_reply(EINPROGRESS, "");
  probe.loses_answer = not_forwarding();
  EXPECT_THAT(judged(probe).conclusion.summary, Not(HasSubstr("does not forward")));
}

TEST(ExplainRouter, NamesTheEntryThatHasTheErrno) {
  Probe probe = without_answer();
  RouterLoss loss = router(RouterLoss::Why::refused);
  loss.error = EINVAL;
  loss.refusals = {
      {RouteType::blackhole, "blackhole 10.0.0.1/32", "ip route del blackhole 10.0.0.1/32"},
      {RouteType::prohibit, "rule 7: from all prohibit", "ip rule del pref 7", true}};
  probe.loses_answer = loss;
  const Conclusion one = judged(probe).conclusion;
  EXPECT_THAT(one.summary, HasSubstr("\"blackhole 10.0.0.1/32\" is what network namespace router "
                                     "has for 10.0.0.1"));
  EXPECT_THAT(one.commands, ElementsAre("ip netns exec router ip route del blackhole 10.0.0.1/32"));
  loss.refusals.push_back(
      {RouteType::blackhole, "blackhole default", "ip route del blackhole default"});
  probe.loses_answer = loss;
  EXPECT_THAT(judged(probe).conclusion.summary, HasSubstr(" or \"blackhole default\" is what"));
  EXPECT_THAT(judged(probe).conclusion.commands,
              ElementsAre("ip netns exec router ip route", "ip netns exec router ip rule"));
  loss.refusals.clear();
  loss.error = ENETUNREACH;
  probe.loses_answer = loss;
  EXPECT_THAT(judged(probe).conclusion.summary, HasSubstr("has no route to 10.0.0.1"));
}

TEST(ExplainRouter, NamesItsFilterAndItsSilentNeighbour) {
  Probe probe = without_answer();
  RouterLoss loss = router(RouterLoss::Why::reverse_path_filter);
  loss.sysctl = "net/ipv4/conf/s0/rp_filter";
  probe.loses_answer = loss;
  EXPECT_THAT(judged(probe).conclusion.summary, HasSubstr("reverse path filter"));
  EXPECT_THAT(judged(probe).conclusion.commands,
              ElementsAre("ip netns exec router sysctl -w net/ipv4/conf/s0/rp_filter=2"));
  loss = router(RouterLoss::Why::silent_neighbour);
  loss.silent = SilentNeighbour{address("10.0.0.1"), "c0"};
  probe.loses_answer = loss;
  EXPECT_THAT(judged(probe).conclusion.summary, HasSubstr("by c0, where nobody answers"));
}

// A TTL that has run out, for example.
TEST(ExplainRouter, ThatSendsAnErrorAboutTheAnswerIsNamed) {
  Probe probe = without_answer();
  Packet packet;
  packet.host = Probe::here;
  packet.icmp = IcmpError{{11, 0},
                          address("10.0.0.254"),
                          address("10.0.0.2"),
                          0,
                          IcmpError::Quoted{probe.destination, probe.source, 1}};
  probe.packets.push_back(packet);
  const Conclusion conclusion = judged(probe).conclusion;
  EXPECT_EQ(conclusion.cause, "answer-lost");
  EXPECT_THAT(conclusion.summary, HasSubstr("10.0.0.254 has refused it by ICMP time-exceeded"));
  EXPECT_THAT(conclusion.remedy, HasSubstr("greater TTL"));
  EXPECT_THAT(conclusion.commands, Not(IsEmpty()));
}

TEST(ExplainRouter, TheSenderHearsOfItToo) {
  Probe probe = without_syn();
  for (Packet& each : probe.packets) each.host = Probe::here;
  const Diagnosis leaves = predicted(Answer::elsewhere, "not-local");
  EXPECT_EQ(judge(probe, leaves, no_filters).conclusion.cause, "silent-elsewhere");
  probe.loses_answer = not_forwarding();
  const Conclusion silent = judge(probe, leaves, no_filters).conclusion;
  EXPECT_EQ(silent.cause, "silent-elsewhere");
  EXPECT_THAT(silent.summary, HasSubstr("an answer would be lost: network namespace router"));
  EXPECT_THAT(silent.commands, Not(IsEmpty()));
  probe.loses_syn = not_forwarding();
  EXPECT_EQ(judge(probe, leaves, no_filters).conclusion.cause, "lost-on-the-way");
}

// The published port of a container: the namespace that is asked about is the router.
TEST(ExplainRouter, ThatTranslatesSeesTheSynBeforeItIsLost) {
  Probe probe = with_reply(EINPROGRESS, "");
  probe.here_netns = "router";
  probe.translations = {{"router", "network namespace router", "conntrack", probe.source,
                         probe.destination, probe.source, at("172.17.0.2:80")}};
  probe.loses_syn = not_forwarding();
  const Probed lost = judged(probe);
  EXPECT_TRUE(lost.certain());
  EXPECT_EQ(lost.conclusion.cause, "lost-on-the-way");
  EXPECT_THAT(lost.conclusion.summary,
              AllOf(HasSubstr("does not forward"), HasSubstr("sends it to 172.17.0.2:80")));
  // The answer comes in from the container, and goes no further.
  probe.loses_answer = std::exchange(probe.loses_syn, std::nullopt);
  const Diagnosis there = acceptance();
  const Probed silent = judge(probe, acceptance(), no_filters, &there);
  EXPECT_EQ(silent.conclusion.cause, "silent-elsewhere");
  EXPECT_THAT(silent.conclusion.summary, HasSubstr("an answer would be lost"));
  EXPECT_TRUE(silent.certain());
  probe.packets.push_back(captured(Probe::here, false, "172.17.0.2:80", "10.0.0.1:40000", "S."));
  EXPECT_EQ(judged(probe).conclusion.cause, "answer-lost");
}

TEST(ExplainRouter, WithoutAFirewallNoRuleIsSpokenOf) {
  Probe probe = without_answer();
  probe.sender_netns = "client";
  probe.places = {{"client", "network namespace client"}, {"router", "network namespace router"}};
  EXPECT_THAT(judged(probe).conclusion.summary, Not(HasSubstr("firewall")));
  EXPECT_THAT(judged(probe).conclusion.remedy, Not(HasSubstr("firewall")));
  probe.places.pop_back();
  EXPECT_THAT(judged(probe).conclusion.remedy, HasSubstr("firewall")) << "of a router elsewhere";
  probe.arrives_name = "this network namespace";
  EXPECT_THAT(judged(probe).conclusion.remedy, Not(HasSubstr("firewall")));
  probe.places.push_back({"router", "network namespace router"});
  probe.places[1].hooks = {{NetfilterHook::Kind::chain, "inet", "t", "f", "forward", {}, "f"}};
  EXPECT_THAT(judged(probe).conclusion.remedy, HasSubstr("firewall"));
}

}  // namespace
}  // namespace lab::explain
