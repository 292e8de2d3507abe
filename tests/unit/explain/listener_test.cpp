// SPDX-License-Identifier: MIT
//
// A listener hears the SYN. Has it room?
#include <gmock/gmock.h>

#include "unit/explain/facts.hpp"

namespace lab::explain {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

Facts with_listener(const std::string& place = "0.0.0.0:8888") {
  Facts facts = local_syn();
  facts.tables.listeners = {listener(place)};
  add_server(facts);
  return facts;
}

Row request(const std::string& local = "127.0.0.1:8888") {
  return connection(TcpState::syn_received, local, "127.0.0.1:50000", Kind::request);
}

TEST(ExplainListener, AccceptsTheSyn) {
  const Diagnosis diagnosis = diagnose(with_listener());
  EXPECT_EQ(diagnosis.conclusion.cause, "listening");
  EXPECT_EQ(diagnosis.conclusion.answer, Answer::syn_ack);
  EXPECT_EQ(diagnosis.conclusion.remedy, "");
  EXPECT_EQ(diagnosis.conclusion.summary,
            "the SYN would be accepted by server (pid 4121, fd 3), which listens on 0.0.0.0:8888");
  EXPECT_THAT(steps_of(diagnosis),
              ElementsAre("route", "ehash", "lhash2-exact", "lhash2-wildcard", "answer"));
}

TEST(ExplainListener, OfTheExactAddressEndsTheSearch) {
  const Diagnosis diagnosis = diagnose(with_listener("127.0.0.1:8888"));
  EXPECT_THAT(steps_of(diagnosis), ElementsAre("route", "ehash", "lhash2-exact", "answer"));
}

TEST(ExplainListener, ADualStackSocketHearsIpv4) {
  Facts facts = with_listener("[::]:8888");
  facts.tables.listeners[0].v6only = false;
  EXPECT_EQ(diagnose(facts).conclusion.cause, "listening");
}

TEST(ExplainListener, AnIpv4MappedAddressHearsIpv4) {
  EXPECT_EQ(diagnose(with_listener("[::ffff:127.0.0.1]:8888")).conclusion.cause, "listening");
}

TEST(ExplainListener, OnTheDeviceOfTheSyn) {
  Facts facts = with_listener();
  facts.tables.listeners[0].device = "lo";
  EXPECT_EQ(diagnose(facts).conclusion.cause, "listening");
}

TEST(ExplainListener, OnTheVrfOfTheSynsDevice) {
  Facts facts = with_listener();
  facts.arrival.vrf = "blue";
  facts.tables.listeners[0].device = "blue";
  EXPECT_EQ(diagnose(facts).conclusion.cause, "listening");
}

TEST(ExplainListener, WithAFullAcceptQueueDropsIt) {
  Facts facts = with_listener();
  facts.tables.listeners[0].accept_queue = 2;
  facts.tables.listeners[0].accept_queue_max = 1;
  const Diagnosis diagnosis = diagnose(facts);
  EXPECT_EQ(diagnosis.conclusion.cause, "accept-queue-full");
  EXPECT_EQ(diagnosis.conclusion.answer, Answer::nothing);
  EXPECT_THAT(diagnosis.conclusion.summary, HasSubstr("2 connections wait for accept()"));
}

// sk_acceptq_is_full(): greater, and not greater or equal.
TEST(ExplainListener, WithAsManyWaitingAsItsBacklogStillAccepts) {
  Facts facts = with_listener();
  facts.tables.listeners[0].accept_queue = 4;
  facts.tables.listeners[0].accept_queue_max = 4;
  const Diagnosis diagnosis = diagnose(facts);
  EXPECT_EQ(diagnosis.conclusion.cause, "listening");
  EXPECT_THAT(text_of(diagnosis.findings, "waiting-connections"), HasSubstr("4 of 4"));
}

TEST(ExplainListener, WithAFullRequestQueueAnswersWithACookie) {
  Facts facts = with_listener();
  facts.tables.listeners[0].accept_queue_max = 2;
  facts.tables.ehash = {request(), request()};
  const Diagnosis diagnosis = diagnose(facts);
  EXPECT_EQ(diagnosis.conclusion.cause, "syn-cookies");
  EXPECT_EQ(diagnosis.conclusion.answer, Answer::syn_ack);

  facts.tables.ehash.pop_back();
  EXPECT_EQ(diagnose(facts).conclusion.cause, "listening");
}

TEST(ExplainListener, WithAsManyRequestsAsItsBacklogIsFullOnSomeKernelsOnly) {
  Facts facts = with_listener();
  facts.tables.listeners[0].accept_queue_max = 2;
  facts.tables.ehash = {request(), request()};
  facts.sysctls.tcp_syncookies = 0;
  facts.kernel.takes_one_more_request = false;
  EXPECT_EQ(diagnose(facts).conclusion.cause, "request-queue-full");
  facts.kernel.takes_one_more_request = true;
  EXPECT_EQ(diagnose(facts).conclusion.cause, "listening");
}

TEST(ExplainListener, AKernelThatCouldNotBeTriedIsTakenForANewOneAndThatIsSaid) {
  Facts facts = with_listener();
  facts.tables.listeners[0].accept_queue_max = 1;
  facts.tables.ehash = {request()};
  facts.kernel.takes_one_more_request.reset();
  const Diagnosis diagnosis = diagnose(facts);
  EXPECT_EQ(diagnosis.conclusion.cause, "listening");
  EXPECT_THAT(text_of(diagnosis.not_observed, "request-queue"), HasSubstr("as many"));
}

TEST(ExplainListener, WithAFullRequestQueueAndNoCookiesDropsIt) {
  Facts facts = with_listener();
  facts.tables.listeners[0].accept_queue_max = 2;
  facts.tables.ehash = {request(), request()};
  facts.sysctls.tcp_syncookies = 0;
  EXPECT_EQ(diagnose(facts).conclusion.cause, "request-queue-full");
  EXPECT_EQ(diagnose(facts).conclusion.answer, Answer::nothing);
  EXPECT_FALSE(diagnose(facts).certain()) << "a SYN that is sent again may be taken";
  EXPECT_THAT(text_of(diagnose(facts).not_observed, "request-queue"), HasSubstr("sent again"));
}

// tcp_conn_request(): without cookies the last quarter is kept for peers that are known.
TEST(ExplainListener, CloseToTheMaximumOfRequestsDropsItWithoutCookies) {
  Facts facts = with_listener();
  facts.sysctls.tcp_syncookies = 0;
  facts.sysctls.tcp_max_syn_backlog = 8;
  facts.tables.ehash.assign(6, request());
  EXPECT_EQ(diagnose(facts).conclusion.cause, "listening");
  facts.tables.ehash.assign(7, request());
  EXPECT_EQ(diagnose(facts).conclusion.cause, "request-queue-full");
}

TEST(ExplainListener, RequestsOfAnotherAddressAreNotItsOwn) {
  Facts facts = with_listener("127.0.0.1:8888");
  facts.tables.listeners[0].accept_queue_max = 1;
  facts.tables.ehash = {request("10.0.0.2:8888")};
  EXPECT_EQ(diagnose(facts).conclusion.cause, "listening");
}

TEST(ExplainListener, SynCookiesMayBeForcedOnAll) {
  Facts facts = with_listener();
  facts.sysctls.tcp_syncookies = 2;
  EXPECT_EQ(diagnose(facts).conclusion.cause, "syn-cookies");
  EXPECT_THAT(diagnose(facts).conclusion.summary, HasSubstr("tcp_syncookies = 2"));
}

TEST(ExplainListener, ABacklogOfNothingIsFullFromTheStart) {
  Facts facts = with_listener();
  facts.tables.listeners[0].accept_queue_max = 0;
  EXPECT_EQ(diagnose(facts).conclusion.cause, "syn-cookies");
  EXPECT_THAT(diagnose(facts).conclusion.summary, HasSubstr("its backlog is 0"));
}

TEST(ExplainListener, OfAGroupOneWithRoomIsEnoughWithoutTheModule) {
  Facts facts = with_listener();
  facts.tables.listeners.push_back(facts.tables.listeners[0]);
  facts.tables.listeners[0].accept_queue = 200;
  facts.tables.listeners[1].cookie = 72;
  Diagnosis diagnosis = diagnose(facts);
  EXPECT_EQ(diagnosis.conclusion.cause, "listening");
  EXPECT_FALSE(diagnosis.certain()) << "the other one may get it";
  EXPECT_THAT(text_of(diagnosis.findings, "reuseport-group"),
              testing::AllOf(HasSubstr("2 sockets share"), HasSubstr("fd 3"),
                             HasSubstr("whose accept queue is full")));
  EXPECT_THAT(text_of(diagnosis.not_observed, "reuseport-choice"),
              HasSubstr("the accept queue of 1 of them is full"));

  facts.tables.listeners[1].accept_queue = 200;
  EXPECT_EQ(diagnose(facts).conclusion.cause, "accept-queue-full");
  EXPECT_TRUE(diagnose(facts).certain()) << "whichever gets it";
}

TEST(ExplainListener, AStoppedServerAnswersAndThenNothing) {
  Facts facts = with_listener();
  facts.processes.by_inode[servers_inode][0].stopped = true;
  const Diagnosis diagnosis = diagnose(facts);
  EXPECT_EQ(diagnosis.conclusion.cause, "listening");
  EXPECT_THAT(text_of(diagnosis.findings, "stopped"), HasSubstr("is stopped"));
}

TEST(ExplainListener, WhatTheListenerItselfMayRefuseLeavesDoubtUnlessItWasLookedAt) {
  Facts facts = with_listener();
  EXPECT_TRUE(diagnose(facts).certain());
  facts.listener_options.clear();
  EXPECT_FALSE(diagnose(facts).certain());
  EXPECT_THAT(text_of(diagnose(facts).not_observed, "listener-filters"), HasSubstr("TCP_MD5SIG"));
}

TEST(ExplainListener, ASocketFilterATtlAndTcpAoLeaveDoubt) {
  Facts facts = with_listener();
  facts.listener_options[servers_inode] = {ListenerOptions::Filter::depends, true, 255, 255};
  const Diagnosis diagnosis = diagnose(facts);
  EXPECT_EQ(diagnosis.conclusion.cause, "listening");
  for (const char* id : {"socket-filter", "tcp-ao", "min-ttl"})
    EXPECT_NE(text_of(diagnosis.not_observed, id), "") << id;
  EXPECT_FALSE(diagnosis.certain());
}

TEST(ExplainListener, ASocketFilterThatDoesTheSameToAllIsKnown) {
  Facts facts = with_listener();
  ListenerOptions& options = facts.listener_options[servers_inode];
  options.filter = ListenerOptions::Filter::passes;
  options.min_ttl = 1;
  EXPECT_EQ(diagnose(facts).conclusion.cause, "listening");
  EXPECT_TRUE(diagnose(facts).certain()) << "every segment has a TTL of 1";
  options.filter = ListenerOptions::Filter::drops;
  EXPECT_EQ(diagnose(facts).conclusion.cause, "socket-filter");
  EXPECT_EQ(diagnose(facts).conclusion.answer, Answer::nothing);
  EXPECT_TRUE(diagnose(facts).certain());
}

// tcp_inbound_hash()
TEST(ExplainListener, WithAKeyForTheSenderDropsAnUnsignedSyn) {
  Facts facts = with_listener();
  facts.tables.listeners[0].md5_peers = {{address("127.0.0.0"), 8}};
  EXPECT_EQ(diagnose(facts).conclusion.cause, "signature-missing");
  EXPECT_EQ(diagnose(facts).conclusion.answer, Answer::nothing);
  facts.tables.listeners[0].md5_peers = {{address("10.0.0.1"), 32}};
  EXPECT_EQ(diagnose(facts).conclusion.cause, "listening") << "a key for somebody else";
}

TEST(ExplainListener, BoundToAnInterfaceThatIsDownHasNoRouteForItsAnswer) {
  Facts facts = local_syn("10.0.0.2:8888", "10.0.0.2:40000");
  facts.tables.listeners = {listener("0.0.0.0:8888")};
  facts.tables.listeners[0].device = facts.arrival.device = "eth0";
  EXPECT_EQ(diagnose(facts).conclusion.cause, "listening");
  facts.interfaces[1].up = false;
  EXPECT_EQ(diagnose(facts).conclusion.cause, "interface-down");
  EXPECT_EQ(diagnose(facts).conclusion.answer, Answer::nothing);
}

}  // namespace
}  // namespace lab::explain
