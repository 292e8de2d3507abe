// SPDX-License-Identifier: MIT
//
// What the trace of rules, and the addresses that NAT changed, add to a probe.
#include <gmock/gmock.h>

#include <nlohmann/json.hpp>
#include <sstream>

#include "draw/text.hpp"
#include "explain_output/json.hpp"
#include "explain_output/text.hpp"
#include "explain_probe/by_rule.hpp"
#include "explain_probe/translated.hpp"
#include "unit/explain/probes.hpp"

namespace lab::explain {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

TracedRule traced(const char* chain, const char* verdict, const char* text, bool own = false) {
  TracedRule rule;
  rule.packet = 1;
  rule.family = "inet";
  rule.table = own ? "lab_probe_1" : "t";
  rule.chain = chain;
  rule.verdict = verdict;
  rule.text = text;
  rule.handle = *text ? 4 : 0;
  rule.own = own;
  if (own) rule.family = "ip";
  rule.segment = Segment{at("10.0.0.1:40000"), at("10.0.0.2:8888"), TcpFlags{.syn = true}};
  return rule;
}

// A probe that a server with rules got, and that they let pass.
Probe passed(int error) {
  Probe probe = with_error(error);
  probe.no_trace = "tcp_lookup.ko is not loaded in this kernel";
  probe.places = {{"client", "network namespace client"}, {"web", "network namespace web"}};
  probe.places[1].hooks = {{NetfilterHook::Kind::chain, "inet", "t", "i", "input"}};
  probe.rules = {traced("input-first", "accept", "", true), traced("i", "accept", "accept"),
                 traced("input-last", "accept", "", true)};
  for (TracedRule& rule : probe.rules) rule.place = 1;
  return probe;
}

Probe dropped(const char* text) {
  Probe probe = passed(EINPROGRESS);
  probe.rules.pop_back();
  probe.rules.back() = traced("i", "drop", text);
  probe.rules.back().place = 1;
  return probe;
}

const Filters some_rule{{{"rule 'x' (handle 1) of chain inet t i"}}, std::vector<std::string>{}};

TEST(ProbedRules, NameTheOneThatDrops) {
  const Probed probed =
      judge(dropped("tcp dport 8888 drop"), predicted(Answer::syn_ack, "listening"), some_rule);
  EXPECT_EQ(probed.conclusion.cause, "firewall");
  EXPECT_TRUE(probed.certain());
  EXPECT_THAT(probed.conclusion.summary,
              HasSubstr("the rule 'tcp dport 8888 drop' (handle 4) of chain inet t i in network "
                        "namespace web drops SYN 10.0.0.1:40000 > 10.0.0.2:8888"));
  EXPECT_THAT(probed.conclusion.commands,
              testing::ElementsAre("ip netns exec web nft -a list chain inet t i"));
  Probe rejected = dropped("reject");
  rejected.rules.back().action = TracedRule::Action::rejects;
  EXPECT_THAT(judge(rejected, predicted(Answer::nothing, "accept-queue-full"), some_rule)
                  .conclusion.summary,
              HasSubstr("rejects SYN"))
      << "equal outcomes are not equal causes";
  EXPECT_THAT(
      judge(dropped(""), predicted(Answer::syn_ack, "listening"), some_rule).conclusion.summary,
      HasSubstr("the policy of chain inet t i"));
}

TEST(ProbedRules, ThatLetItPassLeaveNoDoubt) {
  const Diagnosis refusal = predicted(Answer::rst, "nothing-bound");
  EXPECT_TRUE(judge(passed(ECONNREFUSED), refusal, some_rule).certain());
  EXPECT_TRUE(judge(passed(0), predicted(Answer::syn_ack, "listening"), some_rule).certain());
  Probe lossy = passed(ECONNREFUSED);
  lossy.places[1].lost = true;
  EXPECT_FALSE(judge(lossy, refusal, some_rule).certain());
  Probe untraced = passed(ECONNREFUSED);
  untraced.places[1].why_not = "this kernel has no owners of tables";
  const Probed probed = judge(untraced, refusal, some_rule);
  EXPECT_FALSE(probed.certain());
  EXPECT_THAT(text_of(probed.not_observed, "rules"), HasSubstr("no owners of tables"));
}

// It came into the hook, and did not come out.
Probe lost_at_hook() {
  Probe probe = passed(EINPROGRESS);
  probe.rules.pop_back();
  return probe;
}
const NetfilterHook legacy_filter{.kind = NetfilterHook::Kind::legacy,
                                  .family = "ip",
                                  .table = "filter",
                                  .text = "iptables-legacy table filter"};

TEST(ProbedRules, AHookThatItDidNotLeaveIsNamed) {
  Probe probe = lost_at_hook();
  const Diagnosis acceptance = predicted(Answer::syn_ack, "listening");
  EXPECT_FALSE(judge(probe, acceptance, some_rule).certain());
  probe.places[1].hooks.push_back(legacy_filter);
  const Probed probed = judge(probe, acceptance, some_rule);
  EXPECT_EQ(probed.conclusion.cause, "firewall");
  EXPECT_TRUE(probed.certain());
  EXPECT_THAT(probed.conclusion.summary, testing::AllOf(HasSubstr("the hook input"),
                                                        HasSubstr("iptables-legacy table filter")));
}

TEST(ProbedRules, AMarkThatLeadsNowhereIsNamedWhereTheSynIsNotSeenAgain) {
  Probe probe = passed(EINPROGRESS);
  probe.rules = {traced("output-first", "accept", "", true),
                 traced("o", "continue", "tcp dport 8888 meta mark set 0x00000007")};
  for (TracedRule& rule : probe.rules) rule.place = 1;
  const Probed probed = judge(probe, predicted(Answer::elsewhere, "not-local"), some_rule);
  EXPECT_THAT(probed.conclusion.summary, HasSubstr("has set its mark"));
  EXPECT_FALSE(probed.certain());
}

TEST(ProbedRules, ATableOfIptablesElsewhereProvesNothing) {
  const Diagnosis acceptance = predicted(Answer::syn_ack, "listening");
  for (const char* table : {"raw", "unheard of"}) {
    Probe probe = lost_at_hook();
    probe.places[1].hooks.push_back({NetfilterHook::Kind::legacy, "ip6", table});
    EXPECT_FALSE(judge(probe, acceptance, some_rule).certain()) << "of the other family";
  }
  Probe raw = lost_at_hook();
  raw.places[1].hooks.push_back({NetfilterHook::Kind::legacy, "ip", "raw"});
  EXPECT_FALSE(judge(raw, acceptance, some_rule).certain()) << "raw is not at the hook input";
  Probe both = lost_at_hook();
  both.places[1].hooks.push_back(legacy_filter);
  both.places[1].others = {{.kind = NetfilterHook::Kind::tracking}};
  EXPECT_TRUE(judge(both, acceptance, some_rule).certain()) << "conntrack refuses in prerouting";
  both.places[1].others = {{.kind = NetfilterHook::Kind::ipvs}};
  EXPECT_FALSE(judge(both, acceptance, some_rule).certain());
  Probe lossy = lost_at_hook();
  lossy.places[1].hooks.push_back(legacy_filter);
  lossy.places[1].lost = true;
  EXPECT_FALSE(judge(lossy, acceptance, some_rule).certain()) << "it may have come out unseen";
}

TEST(ProbedRules, OneThatQueuesAndGetsNothingBackIsTheReason) {
  Probe probe = dropped("queue to 7");
  probe.rules.back().verdict = "queue";
  const Probed probed = judge(probe, predicted(Answer::nothing, "accept-queue-full"), some_rule);
  EXPECT_EQ(probed.conclusion.cause, "firewall");
  EXPECT_TRUE(probed.certain());
  EXPECT_THAT(probed.conclusion.summary, HasSubstr("NFQUEUE"));
  // It was given back, and came out.
  probe.rules.push_back(passed(0).rules.back());
  EXPECT_EQ(
      judge(probe, predicted(Answer::nothing, "accept-queue-full"), some_rule).conclusion.cause,
      "accept-queue-full");
}

// synproxy answers in TCP's place.
TEST(ProbedRules, OneThatStealsLeavesOpenWhoAnswered) {
  Probe probe = dropped("synproxy");
  probe.rules.back().verdict = "stolen";
  probe.error = 0;
  EXPECT_FALSE(judge(probe, predicted(Answer::syn_ack, "listening"), some_rule).certain());
}

TEST(ProbedRules, OneWithSynproxyIsNotTheOneThatResets) {
  Probe probe = dropped("synproxy mss 1460");
  probe.rules.back().verdict = "stolen";
  probe.rules.back().action = TracedRule::Action::answers;
  probe.error = ECONNRESET;
  const Diagnosis elsewhere = predicted(Answer::elsewhere, "not-local");
  const Probed probed = judge(probe, elsewhere, some_rule);
  EXPECT_EQ(probed.conclusion.cause, "reset-after-answer");
  EXPECT_THAT(probed.conclusion.summary, HasSubstr("synproxy mss 1460"));
  probe.error = EINPROGRESS;
  EXPECT_FALSE(judge(probe, elsewhere, some_rule).certain()) << "its answer may be lost";
}

// The sender's own firewall drops the error.
TEST(ProbedRules, OneThatRejectsInVainIsNamedBesideTheOneThatDropsItsAnswer) {
  Probe probe = dropped("reject");
  probe.rules.back().action = TracedRule::Action::rejects;
  TracedRule error = traced("i", "drop", "");
  error.packet = 2;
  error.segment.reset();
  Diagnosis refused = predicted(Answer::icmp, "firewall");
  refused.conclusion.error = EHOSTUNREACH;
  for (const bool is_last : {true, false}) {
    Probe both = probe;
    both.rules.insert(is_last ? both.rules.end() : both.rules.begin(), error);
    const Probed probed = judge(both, refused, some_rule);
    EXPECT_EQ(probed.conclusion.answer, Answer::nothing);
    EXPECT_EQ(probed.conclusion.error, 0);
    EXPECT_FALSE(probed.as_predicted);
    EXPECT_TRUE(probed.certain());
    EXPECT_THAT(probed.conclusion.summary,
                HasSubstr("rejects SYN 10.0.0.1:40000 > 10.0.0.2:8888, and what it sends back does "
                          "not reach the socket: the policy of chain inet t i in network namespace "
                          "client drops an ICMP error"));
    EXPECT_THAT(probed.conclusion.commands,
                testing::ElementsAre("ip netns exec web nft -a list chain inet t i",
                                     "ip netns exec client nft -a list chain inet t i"));
  }
}

TEST(ProbedRules, OneThatDropsALaterSegmentLeavesNoDoubtWhoAnswered) {
  Probe probe = passed(0);
  TracedRule later = traced("i", "drop", "limit rate over 1/minute drop");
  later.place = 1;
  later.packet = 2;
  probe.rules.push_back(later);
  EXPECT_TRUE(judge(probe, predicted(Answer::syn_ack, "listening"), some_rule).certain());
  probe.places[1].hooks.push_back(
      {.kind = NetfilterHook::Kind::legacy, .family = "ip", .table = "mangle"});
  EXPECT_FALSE(judge(probe, predicted(Answer::syn_ack, "listening"), some_rule).certain())
      << "what iptables-legacy does is not traced";
}

TEST(ProbedRules, OfATransparentProxyAreTheReasonOfTheAnswer) {
  Probe probe = passed(0);
  probe.rules[1].text = "tcp dport 80 tproxy to 127.0.0.1:1234";
  probe.rules[1].action = TracedRule::Action::proxies;
  EXPECT_EQ(judge(probe, predicted(Answer::elsewhere, "not-local"), some_rule).conclusion.cause,
            "tproxy");
  probe.rules[1] = traced("i", "accept", "accept comment \"not for the tproxy\"");
  EXPECT_NE(judge(probe, predicted(Answer::elsewhere, "not-local"), some_rule).conclusion.cause,
            "tproxy");
}

Probe redirected(int error) {
  Probe probe = passed(error);
  probe.rules[1].text = "dnat to 172.17.0.2:80";
  probe.rules[1].action = TracedRule::Action::redirects;
  probe.translations = {{"web", "network namespace web", "conntrack", probe.source,
                         probe.destination, probe.source, at("172.17.0.2:80")}};
  probe.arrives_name = "network namespace box";
  return probe;
}

TEST(ProbedNat, LeadsToWhatIsFoundThere) {
  const Diagnosis there = predicted(Answer::syn_ack, "listening");
  const Probed probed =
      judge(redirected(0), predicted(Answer::rst, "nothing-bound"), some_rule, &there);
  EXPECT_EQ(probed.conclusion.cause, "listening");
  EXPECT_FALSE(probed.as_predicted);
  EXPECT_TRUE(probed.certain());
  EXPECT_THAT(probed.conclusion.summary,
              HasSubstr("the rule 'dnat to 172.17.0.2:80' (handle 4) of chain inet t i in network "
                        "namespace web sends it to 172.17.0.2:80 in network namespace box; there"));
}

TEST(ProbedNat, IsUncertainWhereItMetSomethingElseThanWasFound) {
  const Diagnosis there = predicted(Answer::syn_ack, "listening");
  const Probed probed =
      judge(redirected(ECONNREFUSED), predicted(Answer::rst, "nothing-bound"), some_rule, &there);
  EXPECT_EQ(probed.conclusion.cause, "refused-elsewhere");
  EXPECT_FALSE(probed.certain());
}

TEST(ProbedNat, ToAnUnknownHostIsNamed) {
  const Probed probed = judge(redirected(0), predicted(Answer::rst, "nothing-bound"), some_rule);
  EXPECT_EQ(probed.conclusion.cause, "answered-elsewhere");
  EXPECT_THAT(probed.conclusion.summary, HasSubstr("172.17.0.2:80"));
}

// A SYN of which NAT has changed the source has left.
TEST(ProbedNat, ASynWithAnotherSourceHasLeft) {
  Probe probe = passed(EINPROGRESS);
  probe.no_packets.clear();
  Packet packet;
  packet.host = Probe::sender;
  packet.outgoing = true;
  packet.segment = Segment{at("10.0.0.99:40000"), probe.destination, TcpFlags{.syn = true}};
  probe.packets = {packet};
  packet.host = Probe::here;
  packet.outgoing = false;
  probe.packets.push_back(packet);
  const Diagnosis elsewhere = predicted(Answer::elsewhere, "not-local");
  EXPECT_EQ(judge(probe, elsewhere, some_rule).conclusion.cause, "dropped-on-the-way-out");
  probe.translations = {{"client", "network namespace client", "conntrack", probe.source,
                         probe.destination, at("10.0.0.99:40000"), probe.destination}};
  const Probed probed = judge(probe, elsewhere, some_rule);
  EXPECT_EQ(probed.conclusion.cause, "silent-elsewhere");
  EXPECT_THAT(probed.conclusion.summary, HasSubstr("NAT sends it from 10.0.0.99:40000"));
  probe.silent_towards_source = SilentNeighbour{address("10.0.0.99"), "eth0"};
  const Probed waits = judge(probe, predicted(Answer::syn_ack, "listening"), some_rule);
  EXPECT_EQ(waits.conclusion.cause, "no-neighbour-for-answer");
  EXPECT_THAT(waits.conclusion.summary, HasSubstr("nobody answers for 10.0.0.99 (ARP"));
}

TEST(ProbedNat, AnIcmpErrorIsNoSilence) {
  const Diagnosis nobody = predicted(Answer::rst, "nothing-bound");
  EXPECT_EQ(judge(redirected(EINPROGRESS), nobody, some_rule).conclusion.cause, "silent-elsewhere");
  Probe probe = redirected(EHOSTUNREACH);
  Packet packet;
  packet.host = Probe::sender;
  packet.icmp = IcmpError{{3, 13},
                          address("172.17.0.2"),
                          address("10.0.0.1"),
                          0,
                          IcmpError::Quoted{probe.source, probe.destination, 1}};
  probe.packets = {packet};
  const Probed probed = judge(probe, nobody, some_rule);
  EXPECT_EQ(probed.conclusion.cause, "icmp-refused");
  EXPECT_THAT(probed.conclusion.summary, HasSubstr("sends it to 172.17.0.2:80"));
}

TEST(ProbedRules, AreInTheJsonAndInTheText) {
  const Probe probe = redirected(0);
  const Diagnosis there = predicted(Answer::syn_ack, "listening");
  const Probed probed = judge(probe, predicted(Answer::rst, "nothing-bound"), some_rule, &there);
  const nlohmann::json object = explain_output::to_json(probe, probed);
  ASSERT_EQ(object["rules"].size(), 1U) << "none of the lab's own";
  EXPECT_EQ(object["rules"][0]["handle"], 4);
  EXPECT_EQ(object["rules"][0]["netns"], "web");
  ASSERT_EQ(object["translations"].size(), 1U);
  EXPECT_EQ(object["translations"][0]["new_destination"], "172.17.0.2:80");
  std::ostringstream out;
  explain_output::print_probe(probe, probed, out, {});
  EXPECT_THAT(out.str(), testing::AllOf(HasSubstr("dnat to 172.17.0.2:80"), HasSubstr("sent on")));
  std::istringstream text(out.str());
  std::size_t lines = 0;
  for (std::string line; std::getline(text, line); ++lines)
    EXPECT_LE(draw::columns(line), 80U) << line;
  EXPECT_GT(lines, 3U);
}

}  // namespace
}  // namespace lab::explain
