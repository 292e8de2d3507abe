// SPDX-License-Identifier: MIT
//
// A rule of the firewall that certainly ends the SYN, or its answer.
#include <gmock/gmock.h>

#include <cerrno>

#include "unit/explain/facts.hpp"

namespace lab::explain {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

using How = RuleThatEnds::How;

RuleThatEnds ending(const char* hook, How how = How::drops, int error = 0) {
  return {.how = how,
          .error = error,
          .hook = hook,
          .chain = "inet t i",
          .text = "rule 'tcp dport 8888 drop' (handle 4) of chain inet t i"};
}

Facts served() {
  Facts facts = outside_syn();
  facts.tables.listeners = {listener("0.0.0.0:8888")};
  add_server(facts);
  return facts;
}

TEST(ExplainRuleEnds, NamesTheRuleThatDropsTheSynAndIsCertain) {
  Facts facts = served();
  facts.filters.ends_syn = ending("input");
  const Diagnosis diagnosis = diagnose(facts);
  EXPECT_EQ(diagnosis.conclusion.cause, "firewall");
  EXPECT_EQ(diagnosis.conclusion.answer, Answer::nothing);
  EXPECT_THAT(
      diagnosis.conclusion.summary,
      HasSubstr("the rule 'tcp dport 8888 drop' (handle 4) of chain inet t i drops the SYN"));
  EXPECT_THAT(diagnosis.conclusion.commands, ElementsAre("nft -a list chain inet t i"));
  EXPECT_TRUE(diagnosis.certain());
}

TEST(ExplainRuleEnds, ARejectionHasItsErrnoUnlessItMayNotGetBack) {
  Facts facts = served();
  facts.filters.ends_syn = ending("input", How::resets, ECONNREFUSED);
  EXPECT_EQ(diagnose(facts).conclusion.answer, Answer::rst);
  EXPECT_EQ(diagnose(facts).conclusion.error, ECONNREFUSED);
  EXPECT_TRUE(diagnose(facts).certain());
  facts.filters.ends_syn = ending("input", How::refuses, EHOSTUNREACH);
  EXPECT_EQ(diagnose(facts).conclusion.answer, Answer::icmp);
  EXPECT_EQ(diagnose(facts).conclusion.error, EHOSTUNREACH);
  facts.filters.ipsec = {{IpsecPolicy{.direction = IpsecPolicy::Direction::out,
                                      .effect = IpsecPolicy::Effect::encrypts,
                                      .of_answer = true,
                                      .text = "src 10.0.0.2",
                                      .remove = ""}}};
  EXPECT_EQ(diagnose(facts).conclusion.cause, "listening");
  EXPECT_FALSE(diagnose(facts).certain());
  EXPECT_THAT(text_of(diagnose(facts).not_observed, "netfilter"), HasSubstr("tcp dport 8888 drop"));
}

TEST(ExplainRuleEnds, WhatComesBeforeTheHookDecides) {
  Facts facts = served();
  facts.arrival.there.error = EXDEV;
  facts.filters.ends_syn = ending("prerouting");
  EXPECT_EQ(diagnose(facts).conclusion.cause, "firewall") << "prerouting is before routing";
  facts.filters.ends_syn = ending("input");
  EXPECT_EQ(diagnose(facts).conclusion.cause, "reverse-path-filter");
  facts.arrival.there = {0, RouteType::local, "eth0", std::nullopt};
  facts.arrival.back = {ENETUNREACH, RouteType::other, "", std::nullopt};
  EXPECT_EQ(diagnose(facts).conclusion.cause, "firewall") << "TCP looks for a route back";
}

TEST(ExplainRuleEnds, ASynThatIsForwardedMeetsTheRulesOfForwarding) {
  Facts facts = outside_syn("10.9.0.2:8888");
  facts.arrival.there = {0, RouteType::unicast, "eth1", std::nullopt};
  facts.filters.ends_syn = ending("forward");
  EXPECT_EQ(diagnose(facts).conclusion.cause, "firewall");
  EXPECT_EQ(diagnose(facts).conclusion.answer, Answer::nothing);
  EXPECT_TRUE(diagnose(facts).certain());
}

TEST(ExplainRuleEnds, OnItsWayOutTheSynIsDroppedBeforeItLeaves) {
  Facts facts = local_syn("10.0.0.9:8888", "10.0.0.2:40000");
  facts.arrival.there = {0, RouteType::unicast, "eth0", std::nullopt};
  EXPECT_EQ(diagnose(facts).conclusion.answer, Answer::elsewhere);
  facts.filters.ends_syn = ending("output");
  EXPECT_EQ(diagnose(facts).conclusion.cause, "firewall");
  EXPECT_EQ(diagnose(facts).conclusion.answer, Answer::nothing);
  facts.arrival.there.error = ENETUNREACH;
  EXPECT_EQ(diagnose(facts).conclusion.cause, "no-route") << "there is no SYN";
}

TEST(ExplainRuleEnds, TheAnswerIsLostToARuleIfThereIsOne) {
  Facts facts = served();
  facts.filters.ends_answer = ending("output");
  const Diagnosis diagnosis = diagnose(facts);
  EXPECT_EQ(diagnosis.conclusion.cause, "firewall");
  EXPECT_EQ(diagnosis.conclusion.answer, Answer::nothing);
  EXPECT_THAT(diagnosis.conclusion.summary, HasSubstr("the answer to the SYN"));
  EXPECT_TRUE(diagnosis.certain());
  facts.filters.netfilter = {{"rule 'limit rate 1/second reject' (handle 9) of chain inet t i"}};
  EXPECT_FALSE(diagnose(facts).certain()) << "the SYN may not get to be answered";
  facts.filters.netfilter->clear();
  facts.tables.listeners[0].accept_queue = 129;
  EXPECT_EQ(diagnose(facts).conclusion.cause, "accept-queue-full");
  EXPECT_TRUE(diagnose(facts).certain()) << "there is no answer that a rule could drop";
}

TEST(ExplainRuleEnds, RulesForTheAnswerDoNotChangeThatTheSynLeaves) {
  Facts facts = local_syn("10.0.0.9:8888", "10.0.0.2:40000");
  facts.arrival.there = {0, RouteType::unicast, "eth0", std::nullopt};
  facts.filters.netfilter_of_answer = {
      "rule 'limit rate 1/second drop' (handle 9) of chain inet t i"};
  EXPECT_EQ(diagnose(facts).conclusion.answer, Answer::elsewhere);
  EXPECT_TRUE(diagnose(facts).certain());
  EXPECT_THAT(text_of(diagnose(facts).findings, "answer-rule"), HasSubstr("handle 9"));
  facts.filters.netfilter = {{"rule 'limit rate 1/second drop' (handle 8) of chain inet t o"}};
  EXPECT_FALSE(diagnose(facts).certain());
}

TEST(ExplainRuleEnds, ARuleThatDropsBeforeRoutingMakesPolicyRulesIrrelevant) {
  Facts facts = served();
  PolicyRule by_tos;
  by_tos.by_tos = true;
  facts.rules = {by_tos};
  EXPECT_FALSE(diagnose(facts).certain());
  facts.filters.ends_syn = ending("prerouting");
  EXPECT_TRUE(diagnose(facts).certain());
  facts.filters.ends_syn = ending("input");
  EXPECT_FALSE(diagnose(facts).certain());
}

}  // namespace
}  // namespace lab::explain
