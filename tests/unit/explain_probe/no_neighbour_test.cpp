// SPDX-License-Identifier: MIT
//
// A probe, or the answer to it, whose next hop does not answer ARP or neighbour discovery.
#include "explain_probe/no_neighbour.hpp"

#include <gmock/gmock.h>

#include <cerrno>

#include "explain_probe/probe.hpp"
#include "unit/explain/facts.hpp"

namespace lab::explain {
namespace {

using testing::HasSubstr;

const Filters no_filters{std::vector<std::string>{}, std::vector<std::string>{}};

Probe unanswered(int error) {
  Probe probe;
  probe.source = at("10.0.0.1:40000");
  probe.destination = at("10.0.9.2:8888");
  probe.from = "network namespace client";
  probe.sender_netns = "client";
  probe.error = error;
  return probe;
}

void add_icmp_of_sender(Probe& probe) {
  Packet packet;
  packet.host = Probe::sender;
  packet.icmp = IcmpError{{3, 1},
                          address("10.0.0.1"),
                          address("10.0.0.1"),
                          0,
                          IcmpError::Quoted{probe.source, probe.destination, 1}};
  probe.packets.push_back(packet);
}

Diagnosis predicted(Answer answer) {
  Diagnosis diagnosis;
  diagnosis.conclusion = {"as-predicted", answer, "", ""};
  return diagnosis;
}

// The rules of the sender's namespace were traced, and there are none.
void trace_senders_rules(Probe& probe) { probe.places.push_back({"client", "client"}); }

TEST(NoNeighbour, NamesTheGatewayThatIsSilent) {
  Probe probe = unanswered(EHOSTUNREACH);
  add_icmp_of_sender(probe);
  probe.silent_towards_destination = SilentNeighbour{address("10.0.0.254"), "eth0"};
  const Probed probed = judge(probe, predicted(Answer::elsewhere), no_filters);
  EXPECT_EQ(probed.conclusion.cause, "no-neighbour");
  EXPECT_EQ(probed.conclusion.error, EHOSTUNREACH);
  EXPECT_THAT(probed.conclusion.summary, HasSubstr("answers for 10.0.0.254, the gateway to"));
  EXPECT_THAT(probed.conclusion.commands.at(0), HasSubstr("ip neigh show 10.0.0.254"));
}

TEST(NoNeighbour, IsCertainOnlyIfNoRuleOfTheSenderCanHaveSentTheError) {
  Probe probe = unanswered(EHOSTUNREACH);
  add_icmp_of_sender(probe);
  EXPECT_FALSE(judge(probe, predicted(Answer::elsewhere), no_filters).certain());
  trace_senders_rules(probe);
  EXPECT_TRUE(judge(probe, predicted(Answer::elsewhere), no_filters).certain());
  probe.places[0].others = {{}};
  EXPECT_FALSE(judge(probe, predicted(Answer::elsewhere), no_filters).certain());
  probe.places[0] = {"client", "client", {}, {}, "this kernel cannot trace rules"};
  EXPECT_FALSE(judge(probe, predicted(Answer::elsewhere), no_filters).certain());
}

TEST(NoNeighbour, OfAReceiverThatRefusesTheSourceIsTheReversePathFilter) {
  Probe probe = unanswered(EHOSTUNREACH);
  add_icmp_of_sender(probe);
  trace_senders_rules(probe);
  probe.silent_towards_destination = SilentNeighbour{probe.destination.address, "eth0"};
  Diagnosis diagnosis = predicted(Answer::nothing);
  EXPECT_EQ(judge(probe, diagnosis, no_filters).conclusion.cause, "no-neighbour");
  diagnosis.conclusion.cause = "reverse-path-filter";
  diagnosis.conclusion.commands = {"sysctl -w net/ipv4/conf/eth0/rp_filter=2"};
  const Probed probed = judge(probe, diagnosis, no_filters);
  EXPECT_EQ(probed.conclusion.cause, "reverse-path-filter");
  EXPECT_EQ(probed.conclusion.error, EHOSTUNREACH);
  EXPECT_EQ(probed.conclusion.commands, diagnosis.conclusion.commands);
  probe.silent_towards_destination = SilentNeighbour{address("10.0.0.254"), "eth0"};
  EXPECT_EQ(judge(probe, diagnosis, no_filters).conclusion.cause, "no-neighbour")
      << "another host than the receiver is silent";
}

// What a router sends on needs an answer to its neighbour solicitation, which rules may drop.
TEST(LostOnTheWay, IsUncertainOverIpv6BesideRulesOfTheReceiver) {
  for (const bool inet6 : {false, true}) {
    Probe probe = unanswered(EINPROGRESS);
    probe.source = at(inet6 ? "[fd00::1]:40000" : "10.0.0.1:40000");
    probe.destination = at(inet6 ? "[fd01::2]:8888" : "10.0.9.2:8888");
    Packet syn;
    syn.host = Probe::sender;
    syn.outgoing = true;
    syn.segment = Segment{probe.source, probe.destination, TcpFlags{.syn = true}};
    probe.packets = {syn};
    Filters filters = no_filters;
    const auto judged = [&] { return judge(probe, predicted(Answer::nothing), filters); };
    EXPECT_EQ(judged().conclusion.cause, "lost-on-the-way");
    EXPECT_TRUE(judged().certain());
    filters.netfilter = {"the policy (drop) of chain ip6 w c"};
    EXPECT_EQ(judged().certain(), !inet6);
  }
}

TEST(NoNeighbour, IsUncertainBesideAProgramOfTheReceiver) {
  Probe probe = unanswered(EHOSTUNREACH);
  add_icmp_of_sender(probe);
  trace_senders_rules(probe);
  Filters filters = no_filters;
  EXPECT_TRUE(judge(probe, predicted(Answer::elsewhere), filters).certain());
  filters.bpf = {"xdp (id 12) on eth0"};
  EXPECT_FALSE(judge(probe, predicted(Answer::elsewhere), filters).certain());
}

TEST(NoNeighbour, IsUncertainBesideARuleOfTheReceiverThatMayDropArp) {
  Probe probe = unanswered(EHOSTUNREACH);
  probe.here_netns = "server";
  add_icmp_of_sender(probe);
  trace_senders_rules(probe);
  Filters filters = no_filters;
  filters.discovery_by_sender = {"the policy (drop) of chain arp a i"};
  const Probed probed = judge(probe, predicted(Answer::syn_ack), filters);
  EXPECT_EQ(probed.conclusion.cause, "no-neighbour");
  EXPECT_FALSE(probed.certain());
  EXPECT_THAT(probed.conclusion.remedy, HasSubstr("the policy (drop) of chain arp a i"));
  EXPECT_EQ(probed.conclusion.commands.back(), "ip netns exec server nft -a list ruleset");
}

// Without IPv6 on lo, the error is seen there, and does not come in.
TEST(NoNeighbour, AnErrorThatConnectIsNotToldOfHasNoErrno) {
  Probe probe = unanswered(EINPROGRESS);
  add_icmp_of_sender(probe);
  trace_senders_rules(probe);
  const Probed probed = judge(probe, predicted(Answer::elsewhere), no_filters);
  EXPECT_EQ(probed.conclusion.cause, "no-neighbour");
  EXPECT_EQ(probed.conclusion.answer, Answer::nothing);
  EXPECT_EQ(probed.conclusion.error, 0);
}

// With lo down nobody tells connect().
TEST(NoNeighbour, IsSeenWithoutAnIcmpError) {
  Probe probe = unanswered(EINPROGRESS);
  trace_senders_rules(probe);
  EXPECT_EQ(judge(probe, predicted(Answer::elsewhere), no_filters).conclusion.cause,
            "dropped-on-the-way-out");
  probe.silent_towards_destination = SilentNeighbour{address("10.0.9.2"), "eth0"};
  const Probed probed = judge(probe, predicted(Answer::elsewhere), no_filters);
  EXPECT_EQ(probed.conclusion.cause, "no-neighbour");
  EXPECT_EQ(probed.conclusion.answer, Answer::nothing);
  EXPECT_THAT(probed.conclusion.summary, HasSubstr("nobody on the link answers for 10.0.9.2 ("));
  EXPECT_TRUE(probed.certain());
}

// ndisc_recv_ns() answers for addresses of the bridge, and not for those of its ports.
TEST(NoNeighbour, OfAReceiverWhoseAddressIsOnAPortIsThat) {
  Probe probe = unanswered(EHOSTUNREACH);
  probe.source = at("[fd00::1]:40000");
  probe.destination = at("[fd00::2]:8888");
  Packet packet;
  packet.host = Probe::sender;
  packet.icmp = IcmpError{{1, 3},
                          probe.source.address,
                          probe.source.address,
                          0,
                          IcmpError::Quoted{probe.source, probe.destination, 1}};
  probe.packets.push_back(packet);
  trace_senders_rules(probe);
  probe.silent_towards_destination = SilentNeighbour{probe.destination.address, "eth0"};
  Diagnosis diagnosis = predicted(Answer::nothing);
  diagnosis.conclusion.cause = "address-on-port";
  const Probed probed = judge(probe, diagnosis, no_filters);
  EXPECT_EQ(probed.conclusion.cause, "address-on-port");
  EXPECT_TRUE(probed.as_predicted);
  EXPECT_THAT(probed.conclusion.summary, HasSubstr("neighbour solicitations for fd00::2 get no"));
}

// The SYN arrives, and no answer leaves.
Probe without_answer() {
  Probe probe = unanswered(EINPROGRESS);
  for (const char* host : {Probe::sender, Probe::here}) {
    Packet packet;
    packet.host = host;
    packet.outgoing = host == Probe::sender;
    packet.segment = Segment{probe.source, probe.destination, TcpFlags{.syn = true}};
    probe.packets.push_back(packet);
  }
  return probe;
}

TEST(NoNeighbourForAnswer, NamesTheInterfaceByWhichTheAnswerLeaves) {
  Probe probe = without_answer();
  probe.silent_towards_source = SilentNeighbour{address("10.0.0.1"), "eth1"};
  const Probed probed = judge(probe, predicted(Answer::syn_ack), no_filters);
  EXPECT_EQ(probed.conclusion.cause, "no-neighbour-for-answer");
  EXPECT_EQ(probed.conclusion.answer, Answer::nothing);
  EXPECT_THAT(probed.conclusion.summary,
              HasSubstr("the answer leaves by eth1, where nobody answers for 10.0.0.1"));
  EXPECT_TRUE(probed.certain());
}

TEST(NoNeighbourForAnswer, NamesTheGatewayThatIsDead) {
  Probe probe = without_answer();
  probe.silent_towards_source = SilentNeighbour{address("10.0.9.254"), "eth0"};
  const Probed probed = judge(probe, predicted(Answer::syn_ack), no_filters);
  EXPECT_EQ(probed.conclusion.cause, "no-neighbour-for-answer");
  EXPECT_THAT(probed.conclusion.remedy, HasSubstr("whether the gateway 10.0.9.254 is up"));
}

TEST(NoNeighbourForAnswer, NamesTheRuleThatMayDropArp) {
  Probe probe = without_answer();
  probe.here_netns = "server";
  probe.silent_towards_source = SilentNeighbour{address("10.0.0.1"), "eth1"};
  Filters rules = no_filters;
  rules.discovery_of_answer = {"the policy (drop) of chain arp a i", "another"};
  const Probed probed = judge(probe, predicted(Answer::syn_ack), rules);
  EXPECT_EQ(probed.conclusion.cause, "no-neighbour-for-answer");
  EXPECT_EQ(probed.conclusion.remedy,
            "let ARP pass the firewall, where a rule may drop it: the policy (drop) of chain arp a "
            "i and 1 more");
  EXPECT_EQ(probed.conclusion.commands.back(), "ip netns exec server nft -a list ruleset");
}

TEST(NoNeighbourForAnswer, IsNotCertainBesideAFirewall) {
  Probe probe = without_answer();
  probe.silent_towards_source = SilentNeighbour{address("10.0.0.1"), "eth1"};
  const Filters a_firewall{std::vector<std::string>{"rule"}, std::vector<std::string>{}};
  const Probed probed = judge(probe, predicted(Answer::rst), a_firewall);
  EXPECT_EQ(probed.conclusion.cause, "no-neighbour-for-answer");
  EXPECT_FALSE(probed.certain());
}

// The kernel's entry is from before, or the listener had nothing to say.
TEST(NoNeighbourForAnswer, IsNotSaidWhereAnAnswerLeftOrNoneWasDue) {
  Probe probe = without_answer();
  probe.silent_towards_source = SilentNeighbour{address("10.0.0.1"), "eth1"};
  EXPECT_NE(judge(probe, predicted(Answer::nothing), no_filters).conclusion.cause,
            "no-neighbour-for-answer");
  Packet answer;
  answer.host = Probe::here;
  answer.outgoing = true;
  answer.segment = Segment{probe.destination, probe.source, *TcpFlags::parse("S.")};
  probe.packets.push_back(answer);
  EXPECT_NE(judge(probe, predicted(Answer::syn_ack), no_filters).conclusion.cause,
            "no-neighbour-for-answer");
}

}  // namespace
}  // namespace lab::explain
