// SPDX-License-Identifier: MIT
//
// What one real SYN adds to what was predicted.
#include "explain_probe/probe.hpp"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "explain_output/json.hpp"
#include "support/trace_words.hpp"
#include "unit/explain/exchanges.hpp"

namespace lab::explain {
namespace {

using ::testing::HasSubstr;
using ::testing::SizeIs;

TraceEvent event(std::uint64_t segment, const char* name, const char* outcome,
                 const char* reason = "") {
  TraceEvent made;
  made.host = Probe::here;
  made.segment = segment;
  made.event = lab::testing::function_named(name);
  made.outcome = lab::testing::outcome_named(outcome);
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

// --- equal outcomes, other causes ---

TEST(ExplainProbe, AFirewallsDropCountsWhereTcpWouldHaveRefusedToo) {
  Probe probe = with_error(ECONNREFUSED);
  probe.events = {syn(), event(7, "kfree_skb", "dropped", "NETFILTER_DROP")};
  const Probed probed = judge(probe, refusal());
  EXPECT_FALSE(probed.as_predicted);
  EXPECT_EQ(probed.conclusion.cause, "firewall");
}

TEST(ExplainProbe, ARstThatTcpDoesNotCountIsAFirewalls) {
  Probe probe = with_reply(ECONNREFUSED, "R.");
  EXPECT_EQ(judge(probe, refusal(), a_firewall).conclusion.cause, "firewall");
  probe.counted["TcpOutRsts"] = 1;
  const Probed probed = judge(probe, refusal(), a_firewall);
  EXPECT_EQ(probed.conclusion.cause, "nothing-bound");
  EXPECT_TRUE(probed.certain());
}

TEST(ExplainProbe, WhoSentTheRstIsUncertainBesidesOtherRsts) {
  Probe probe = with_reply(ECONNREFUSED, "R.");
  probe.packets.push_back(captured(Probe::here, true, "10.0.0.2:1", "10.0.0.9:2", "R."));
  probe.counted["TcpOutRsts"] = 1;
  EXPECT_FALSE(judge(probe, refusal(), a_firewall).certain());
  EXPECT_TRUE(judge(probe, refusal(), no_filters).certain()) << "nobody but TCP is there";
}

TEST(ExplainProbe, WhoSentTheRstIsUncertainIfTcpCountedMoreThanWereCaptured) {
  Probe probe = with_reply(ECONNREFUSED, "R.");
  probe.counted["TcpOutRsts"] = 2;
  const Probed probed = judge(probe, refusal(), a_firewall);
  EXPECT_FALSE(probed.certain());
  EXPECT_THAT(text_of(probed.not_observed, "who-refused"), HasSubstr("TCP or a firewall"));
  EXPECT_TRUE(judge(probe, refusal(), no_filters).certain()) << "nobody but TCP is there";
}

TEST(ExplainProbe, AResetAfterTheAnswerIsNoIcmpError) {
  const Probed probed = judge(with_reply(ECONNRESET, "S."), acceptance(), no_filters);
  EXPECT_EQ(probed.conclusion.cause, "reset-after-answer");
  EXPECT_EQ(probed.conclusion.answer, Answer::rst);
  EXPECT_EQ(probed.conclusion.error, ECONNRESET);
  EXPECT_FALSE(probed.as_predicted);
  EXPECT_EQ(judge(with_error(ECONNRESET), predicted(Answer::elsewhere, "not-local"), no_filters)
                .conclusion.cause,
            "reset-after-answer");
}

TEST(ExplainProbe, APortUnreachableIsNoRst) {
  const Probed probed = judge(with_icmp(ECONNREFUSED, {3, 3}, "10.0.0.2"), refusal(), a_firewall);
  EXPECT_EQ(probed.conclusion.cause, "icmp-refused");
  EXPECT_EQ(probed.conclusion.answer, Answer::icmp);
  EXPECT_TRUE(probed.certain());
}

// --- a half-open connection (RFC 9293, 3.5.1) ---

TEST(ExplainProbe, AChallengeAckAndASecondSynAreAsPredicted) {
  for (const int error : {0, EINPROGRESS, ECONNREFUSED}) {
    Probe probe = with_reply(error, ".");
    const Probed probed = judge(probe, predicted(Answer::ack, "connection-in-the-way"));
    EXPECT_TRUE(probed.as_predicted);
    EXPECT_EQ(probed.conclusion.cause, "connection-in-the-way");
    if (error == 0) {
      EXPECT_EQ(probed.conclusion.answer, Answer::syn_ack);
      EXPECT_THAT(probed.conclusion.summary, HasSubstr("old connection is gone"));
    }
  }
}

// --- how far it came ---

TEST(ExplainProbe, ASynThatDoesNotLeaveIsDroppedOnTheWayOut) {
  Probe probe = with_reply(EINPROGRESS, "");
  probe.packets.clear();
  EXPECT_EQ(judge(probe, acceptance()).conclusion.cause, "dropped-on-the-way-out");
  EXPECT_EQ(judge(probe, predicted(Answer::nothing, "accept-queue-full")).conclusion.cause,
            "dropped-on-the-way-out");
}

// No packet of it was seen: that tells nothing of who kept it.
TEST(ExplainProbe, WhatKeepsASynFromLeavingIsUncertain) {
  Probe probe = with_reply(EINPROGRESS, "");
  probe.packets.clear();
  const Diagnosis elsewhere = predicted(Answer::elsewhere, "not-local");
  EXPECT_FALSE(judge(probe, elsewhere, a_firewall).certain());
  EXPECT_FALSE(judge(probe, elsewhere, no_filters).certain());
}

// The module sees it leave TCP, and the captures that it does not come back.
TEST(ExplainProbe, ARstThatDoesNotArriveIsLost) {
  Probe probe = with_reply(EINPROGRESS, "R.");
  probe.no_trace.clear();
  probe.packets.pop_back();
  probe.events = {syn(), answer("R."), event(7, "tcp_v4_send_reset", "no-socket"),
                  event(7, "kfree_skb", "dropped", "NO_SOCKET")};
  EXPECT_EQ(judge(probe, refusal(), no_filters).conclusion.cause, "answer-lost");
  // What has been sent no rule of this namespace has dropped.
  EXPECT_THAT(judge(probe, refusal(), no_filters).conclusion.commands, ::testing::IsEmpty());
  probe.sender_netns = "client";
  probe.places = {{"client", "network namespace client"}, {"router", "network namespace router"}};
  EXPECT_THAT(judge(probe, refusal(), no_filters).conclusion.commands,
              ::testing::ElementsAre("ip netns exec router ip rule"));
  probe.no_packets = "nothing was captured";
  EXPECT_FALSE(judge(probe, refusal(), no_filters).certain());
}

TEST(ExplainProbe, ATraceWithoutTcpDoesNotTellWhoAnswered) {
  Probe probe = with_reply(0, "S.");
  probe.no_trace.clear();
  EXPECT_FALSE(judge(probe, acceptance(), a_firewall).certain());
  probe.events = {syn(), event(7, "tcp_conn_request", "request")};
  EXPECT_TRUE(judge(probe, acceptance(), a_firewall).certain());
}

// A capture sees it, IP does not.
TEST(ExplainProbe, AnAnswerForAnotherLinkLayerAddressDoesNotArrive) {
  Probe probe = with_reply(EINPROGRESS, "S.");
  probe.packets.back().for_another_host = true;
  EXPECT_EQ(judge(probe, acceptance()).conclusion.cause, "answer-lost");
}

TEST(ExplainProbe, AnAnswerThatDoesNotReachTheSocketIsDroppedByTheSender) {
  EXPECT_EQ(judge(with_reply(EINPROGRESS, "S."), acceptance()).conclusion.cause, "answer-dropped");
}

TEST(ExplainProbe, TheCountersNameTheListenersRefusal) {
  for (const auto& [counter, cause] : {std::pair("TcpExtTCPMD5NotFound", "signature-missing"),
                                       std::pair("TcpExtTCPAORequired", "signature-missing"),
                                       std::pair("TcpExtTCPMinTTLDrop", "ttl-too-small"),
                                       std::pair("TcpExtListenOverflows", "accept-queue-full")}) {
    Probe probe = with_reply(EINPROGRESS, "");
    probe.counted[counter] = 1;
    const Probed probed = judge(probe, acceptance(), a_firewall);
    EXPECT_EQ(probed.conclusion.cause, cause) << counter;
    EXPECT_TRUE(probed.certain()) << counter;
  }
}

TEST(ExplainProbe, AnEqualOutcomeIsOfTheCauseThatWasCounted) {
  Probe probe = with_reply(EINPROGRESS, "");
  probe.counted["TcpExtIPReversePathFilter"] = 1;
  const Diagnosis full = predicted(Answer::nothing, "accept-queue-full");
  EXPECT_EQ(judge(probe, full, no_filters).conclusion.cause, "reverse-path-filter");
  Diagnosis ended = predicted(Answer::nothing, "firewall");
  ended.conclusion.ends_answer = true;
  ended.not_observed = {{"min-ttl", "which TTL the SYN has", true}};
  EXPECT_EQ(judge(probe, ended, a_firewall).conclusion.cause, "reverse-path-filter");
}

TEST(ExplainProbe, ACounterThatOthersIncrementedTooIsUncertain) {
  Probe probe = with_reply(EINPROGRESS, "");
  probe.retransmissions = 1;
  probe.counted["TcpExtListenOverflows"] = 2;
  EXPECT_TRUE(judge(probe, acceptance(), a_firewall).certain()) << "its SYN and the SYN sent again";
  probe.counted["TcpExtListenOverflows"] = 3;
  const Probed probed = judge(probe, acceptance(), a_firewall);
  EXPECT_EQ(probed.conclusion.cause, "accept-queue-full");
  EXPECT_FALSE(probed.certain());
  EXPECT_THAT(text_of(probed.not_observed, "who-counted"), HasSubstr("more than the probe's SYNs"));

  const Diagnosis full = predicted(Answer::nothing, "accept-queue-full");
  EXPECT_FALSE(judge(probe, full, a_firewall).certain());
  EXPECT_TRUE(judge(probe, full, no_filters).certain()) << "nobody but TCP drops it";
}

TEST(ExplainProbe, ASocketFilterIsNamedWhereNothingElseCanDrop) {
  Diagnosis diagnosis = acceptance();
  diagnosis.not_observed = {{"socket-filter", "what the filter does", true}};
  const Probe probe = with_reply(EINPROGRESS, "");
  EXPECT_EQ(judge(probe, diagnosis, no_filters).conclusion.cause, "socket-filter");
  EXPECT_FALSE(judge(probe, diagnosis, a_firewall).certain());
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
  dropped.detail = TraceDetail::accept_queue_full;
  probe.events = {syn(), dropped};
  EXPECT_EQ(judge(probe, acceptance()).conclusion.cause, "accept-queue-full");
}

TEST(ExplainProbe, AnyOtherDropIsNamedAsTheKernelNamesIt) {
  Probe probe = with_error(EINPROGRESS);
  probe.events = {syn(), event(7, "kfree_skb", "dropped", "TCP_CSUM")};
  const Probed probed = judge(probe, acceptance());
  EXPECT_EQ(probed.conclusion.cause, "dropped");
  EXPECT_THAT(probed.conclusion.remedy, HasSubstr("SKB_DROP_REASON_TCP_CSUM"));
  probe.events.back().reason = "TCP_AONOTFOUND";
  probe.counted["TcpExtTCPAORequired"] = 1;
  EXPECT_EQ(judge(probe, acceptance()).conclusion.cause, "signature-missing") << "it was counted";
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
  const nlohmann::json json = explain_output::to_json(probe, judge(probe, refusal()));
  EXPECT_EQ(json["connect"], "ECONNREFUSED");
  EXPECT_EQ(json["as_predicted"], true);
  EXPECT_EQ(json["answer"], "rst");
  EXPECT_EQ(json["segments"].size(), 2U);
  EXPECT_EQ(json["segments"][0]["events"][0]["event"], "__ip_local_out");
}

// Equal outcomes are not equal causes: it has met nobody.
TEST(ExplainProbe, ASynThatIsLostOnTheWayHasNotMetTheSilentListener) {
  Probe probe = with_reply(EINPROGRESS, "");
  probe.packets.pop_back();
  const Filters none{std::vector<std::string>{}, std::vector<std::string>{}};
  const Probed probed =
      judge(probe, predicted(Answer::nothing, "signature-missing"), none, nullptr);
  EXPECT_EQ(probed.conclusion.cause, "lost-on-the-way");
  EXPECT_FALSE(probed.as_predicted);
  const Probed arrived = judge(with_reply(EINPROGRESS, ""),
                               predicted(Answer::nothing, "signature-missing"), none, nullptr);
  EXPECT_EQ(arrived.conclusion.cause, "signature-missing");
}

}  // namespace
}  // namespace lab::explain
