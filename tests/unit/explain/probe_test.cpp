// SPDX-License-Identifier: MIT
//
// What one real SYN adds to what was predicted.
#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "explain/json.hpp"
#include "explain/probe.hpp"
#include "unit/explain/facts.hpp"

namespace lab::explain {
namespace {

using testing::HasSubstr;
using testing::SizeIs;

Diagnosis predicted(Answer answer, const char* cause) {
  Diagnosis diagnosis;
  diagnosis.conclusion = {cause, answer, "as it was predicted", ""};
  return diagnosis;
}
Diagnosis acceptance() { return predicted(Answer::syn_ack, "listening"); }
Diagnosis refusal() { return predicted(Answer::rst, "nothing-bound"); }

Probe with_error(int error) {
  Probe probe;
  probe.source = at("10.0.0.1:40000");
  probe.destination = at("10.0.0.2:8888");
  probe.from = "network namespace client";
  probe.error = error;
  return probe;
}

TraceEvent event(std::uint64_t segment, const char* name, const char* outcome,
                 const char* reason = "") {
  TraceEvent made;
  made.host = Probe::here;
  made.segment = segment;
  made.event = name;
  made.outcome = outcome;
  made.reason = reason;
  return made;
}

TraceEvent sent(std::uint64_t segment, const char* source, const char* destination,
                const char* flags, std::optional<std::uint64_t> cause = std::nullopt) {
  TraceEvent made = event(segment, "__ip_local_out", "enter");
  made.source = at(source);
  made.destination = at(destination);
  made.flags = TcpFlags::parse(flags);
  made.cause = cause;
  return made;
}
TraceEvent syn() { return sent(7, "10.0.0.1:40000", "10.0.0.2:8888", "S"); }
TraceEvent answer(const char* flags) {
  return sent(8, "10.0.0.2:8888", "10.0.0.1:40000", flags, 7);
}

TEST(ExplainProbe, WhatWasForetoldIsConfirmed) {
  const Probed accepted = judge(with_error(0), acceptance());
  EXPECT_TRUE(accepted.as_predicted);
  EXPECT_EQ(accepted.conclusion.cause, "listening");

  const Probed refused = judge(with_error(ECONNREFUSED), refusal());
  EXPECT_TRUE(refused.as_predicted);
  EXPECT_EQ(refused.conclusion.cause, "nothing-bound");

  EXPECT_TRUE(judge(with_error(EINPROGRESS), predicted(Answer::nothing, "x")).as_predicted);
  EXPECT_TRUE(judge(with_error(EINPROGRESS), predicted(Answer::ack, "x")).as_predicted);
  EXPECT_TRUE(judge(with_error(0), predicted(Answer::simultaneous_open, "x")).as_predicted);
  EXPECT_TRUE(judge(with_error(ENETUNREACH), predicted(Answer::not_sent, "x")).as_predicted);
}

TEST(ExplainProbe, WithoutATraceTheDifferenceNamesTheLikeliest) {
  Probe probe = with_error(EINPROGRESS);
  probe.no_trace = "tcp_lookup.ko is not loaded in this kernel";
  const Probed dropped = judge(probe, acceptance());
  EXPECT_FALSE(dropped.as_predicted);
  EXPECT_EQ(dropped.conclusion.cause, "dropped-before-tcp");
  EXPECT_EQ(dropped.conclusion.answer, Answer::nothing);
  EXPECT_THAT(text_of(dropped.not_observed, "path"), HasSubstr("tcp_lookup.ko"));

  EXPECT_EQ(judge(with_error(ECONNREFUSED), acceptance()).conclusion.cause, "refused-before-tcp");
  EXPECT_EQ(judge(with_error(0), refusal()).conclusion.cause, "answered-all-the-same");
  EXPECT_EQ(judge(with_error(EPERM), acceptance()).conclusion.cause, "not-sent");
}

TEST(ExplainProbe, TheTraceNamesTheFirewall) {
  Probe probe = with_error(EINPROGRESS);
  probe.events = {syn(), event(7, "kfree_skb", "dropped", "NETFILTER_DROP")};
  const Probed probed = judge(probe, acceptance());
  EXPECT_EQ(probed.conclusion.cause, "firewall");
  EXPECT_THAT(probed.conclusion.summary,
              HasSubstr("in the receiving namespace drops SYN 10.0.0.1:40000 > 10.0.0.2:8888"));
}

TEST(ExplainProbe, AlsoWhereItDropsTheAnswer) {
  Probe probe = with_error(EINPROGRESS);
  probe.events = {syn(), event(7, "tcp_conn_request", "request"), answer("S."),
                  event(8, "kfree_skb", "dropped", "NETFILTER_DROP")};
  probe.events.back().host = Probe::sender;
  const Probed probed = judge(probe, acceptance());
  EXPECT_EQ(probed.conclusion.cause, "firewall");
  EXPECT_THAT(probed.conclusion.summary,
              HasSubstr("in network namespace client drops SYN ACK 10.0.0.2:8888"));
}

TEST(ExplainProbe, ADropInTheListenerIsItsOwn) {
  Probe probe = with_error(EINPROGRESS);
  TraceEvent dropped = event(7, "tcp_conn_request", "dropped");
  dropped.detail = "accept-queue-full";
  probe.events = {syn(), dropped};
  EXPECT_EQ(judge(probe, acceptance()).conclusion.cause, "accept-queue-full");
}

TEST(ExplainProbe, AnyOtherDropIsNamedAsTheKernelNamesIt) {
  Probe probe = with_error(EINPROGRESS);
  probe.events = {syn(), event(7, "kfree_skb", "dropped", "TCP_CSUM")};
  const Probed probed = judge(probe, acceptance());
  EXPECT_EQ(probed.conclusion.cause, "dropped");
  EXPECT_THAT(probed.conclusion.remedy, HasSubstr("SKB_DROP_REASON_TCP_CSUM"));
}

TEST(ExplainProbe, AListenerThatHasGoneMeanwhileIsNoFirewall) {
  Probe probe = with_error(ECONNREFUSED);
  probe.events = {syn(), answer("R."), event(7, "tcp_v4_send_reset", "no-socket"),
                  event(7, "kfree_skb", "dropped", "NO_SOCKET")};
  EXPECT_EQ(judge(probe, acceptance()).conclusion.cause, "nobody-listens");
}

TEST(ExplainProbe, AnotherHostsAnswerIsToldAsSuch) {
  const Diagnosis elsewhere = predicted(Answer::elsewhere, "not-local");
  EXPECT_EQ(judge(with_error(0), elsewhere).conclusion.cause, "answered-elsewhere");
  EXPECT_EQ(judge(with_error(ECONNREFUSED), elsewhere).conclusion.cause, "refused-elsewhere");
  EXPECT_EQ(judge(with_error(EINPROGRESS), elsewhere).conclusion.cause, "silent-elsewhere");
  EXPECT_EQ(judge(with_error(EHOSTUNREACH), elsewhere).conclusion.cause, "not-sent");
}

// Much else may go on in the namespace.
TEST(ExplainProbe, OnlyItsOwnSegmentsBelongToIt) {
  Probe probe = with_error(ECONNREFUSED);
  probe.events = {sent(5, "10.0.0.1:50000", "10.0.0.2:8888", "S"),
                  event(5, "kfree_skb", "dropped", "NETFILTER_DROP"),
                  syn(),
                  event(7, "tcp_v4_rcv", "enter"),
                  answer("R."),
                  sent(9, "10.0.0.2:22", "10.0.0.1:40000", "R.", 5),
                  event(8, "tcp_reset", "enter")};
  const auto segments = segments_of(probe);
  ASSERT_THAT(segments, SizeIs(2));
  EXPECT_EQ(segments[0].what, "SYN 10.0.0.1:40000 > 10.0.0.2:8888");
  EXPECT_THAT(segments[0].events, SizeIs(2));
  EXPECT_EQ(segments[1].what, "RST ACK 10.0.0.2:8888 > 10.0.0.1:40000");
  EXPECT_THAT(segments[1].events, SizeIs(2));
  EXPECT_EQ(judge(probe, refusal()).conclusion.cause, "nothing-bound");
}

TEST(ExplainProbe, AsData) {
  Probe probe = with_error(ECONNREFUSED);
  probe.events = {syn(), answer("R.")};
  const nlohmann::json json = to_json(probe, judge(probe, refusal()));
  EXPECT_EQ(json["connect"], "ECONNREFUSED");
  EXPECT_EQ(json["as_predicted"], true);
  EXPECT_EQ(json["answer"], "rst");
  EXPECT_EQ(json["segments"].size(), 2U);
  EXPECT_EQ(json["segments"][0]["events"][0]["event"], "__ip_local_out");
}

}  // namespace
}  // namespace lab::explain
