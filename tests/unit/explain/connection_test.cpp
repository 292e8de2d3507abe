// SPDX-License-Identifier: MIT
//
// The 4-tuple is in use: what is in the way, and when it is not.
#include <gmock/gmock.h>

#include "unit/explain/facts.hpp"

namespace lab::explain {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

Facts with(TcpState state, Kind kind = Kind::full) {
  Facts facts = local_syn();
  facts.tables.ehash = {connection(state, "127.0.0.1:8888", "127.0.0.1:40000", kind)};
  add_server(facts);
  return facts;
}

TEST(ExplainConnection, ASocketInSynSentMeansSimultaneousOpen) {
  const Diagnosis diagnosis = diagnose(with(TcpState::syn_sent));
  EXPECT_EQ(diagnosis.conclusion.cause, "simultaneous-open");
  EXPECT_EQ(diagnosis.conclusion.answer, Answer::simultaneous_open);
  EXPECT_TRUE(is_success(diagnosis.conclusion.answer));
  EXPECT_THAT(diagnosis.conclusion.summary,
              HasSubstr("server (pid 4121, fd 3) is connecting to 127.0.0.1:40000"));
  EXPECT_THAT(steps_of(diagnosis), ElementsAre("route", "ehash", "answer"));
}

TEST(ExplainConnection, AnyOtherStateMeansAChallengeAck) {
  for (const TcpState state :
       {TcpState::established, TcpState::syn_received, TcpState::fin_wait_1, TcpState::fin_wait_2,
        TcpState::close_wait, TcpState::closing, TcpState::last_ack}) {
    const Diagnosis diagnosis = diagnose(with(state));
    EXPECT_EQ(diagnosis.conclusion.cause, "connection-in-the-way") << to_string(state);
    EXPECT_EQ(diagnosis.conclusion.answer, Answer::ack);
    EXPECT_THAT(diagnosis.conclusion.commands,
                ElementsAre("ss -K state connected src 127.0.0.1:8888 dst 127.0.0.1:40000"));
  }
}

TEST(ExplainConnection, AListenerBesidesChangesNothing) {
  Facts facts = with(TcpState::established);
  facts.tables.listeners = {listener("0.0.0.0:8888")};
  EXPECT_EQ(diagnose(facts).conclusion.cause, "connection-in-the-way");
}

TEST(ExplainConnection, AnotherSourcePortIsAnotherConnection) {
  Facts facts = with(TcpState::established);
  facts.question.source->port = 40001;
  EXPECT_EQ(diagnose(facts).conclusion.cause, "nothing-bound");
}

TEST(ExplainConnection, AnIpv6SocketThatCarriesIpv4IsMet) {
  Facts facts = local_syn();
  facts.tables.ehash = {
      connection(TcpState::established, "[::ffff:127.0.0.1]:8888", "[::ffff:127.0.0.1]:40000")};
  EXPECT_EQ(diagnose(facts).conclusion.cause, "connection-in-the-way");
}

TEST(ExplainConnection, OnAnotherDeviceIsNotMet) {
  Facts facts = with(TcpState::established);
  facts.tables.ehash[0].device = "eth0";
  EXPECT_EQ(diagnose(facts).conclusion.cause, "nothing-bound");
}

TEST(ExplainConnection, ARequestGivesAnAck) {
  const Diagnosis diagnosis = diagnose(with(TcpState::syn_received, Kind::request));
  EXPECT_EQ(diagnosis.conclusion.cause, "request-in-the-way");
  EXPECT_EQ(diagnosis.conclusion.answer, Answer::ack);
}

TEST(ExplainConnection, TimeWaitLetsANewConnectionBeginWhereSomebodyListens) {
  Facts facts = with(TcpState::time_wait, Kind::timewait);
  facts.tables.listeners = {listener("0.0.0.0:8888")};
  const Diagnosis diagnosis = diagnose(facts);
  EXPECT_EQ(diagnosis.conclusion.cause, "listening");
  EXPECT_EQ(diagnosis.conclusion.answer, Answer::syn_ack);
  EXPECT_THAT(steps_of(diagnosis), Contains("time-wait"));
  EXPECT_THAT(text_of(diagnosis.not_observed, "time-wait"), HasSubstr("TIME-WAIT"));
  EXPECT_FALSE(diagnosis.certain());
}

TEST(ExplainConnection, TimeWaitBeforeAFullListenerIsNoHelp) {
  Facts facts = with(TcpState::time_wait, Kind::timewait);
  facts.tables.listeners = {listener("0.0.0.0:8888")};
  facts.tables.listeners[0].accept_queue = 129;
  const Diagnosis diagnosis = diagnose(facts);
  EXPECT_EQ(diagnosis.conclusion.cause, "accept-queue-full");
  EXPECT_EQ(text_of(diagnosis.not_observed, "time-wait"), "");
}

TEST(ExplainConnection, TimeWaitWithoutAListenerGivesAnAckAndNoRst) {
  const Diagnosis diagnosis = diagnose(with(TcpState::time_wait, Kind::timewait));
  EXPECT_EQ(diagnosis.conclusion.cause, "time-wait-in-the-way");
  EXPECT_EQ(diagnosis.conclusion.answer, Answer::ack);
}

TEST(ExplainConnection, TheShortStructMayStandForFinWait2) {
  Facts facts = with(TcpState::fin_wait_2, Kind::timewait);
  facts.tables.listeners = {listener("0.0.0.0:8888")};
  EXPECT_EQ(diagnose(facts).conclusion.cause, "connection-in-the-way");
  EXPECT_EQ(diagnose(facts).conclusion.answer, Answer::ack);
}

// tcp_conn_request() neither sends a cookie nor looks at the requests when TIME-WAIT gave it the
// sequence number.
TEST(ExplainConnection, AfterTimeWaitThereIsNoCookie) {
  Facts facts = with(TcpState::time_wait, Kind::timewait);
  facts.tables.listeners = {listener("0.0.0.0:8888")};
  facts.sysctls.tcp_syncookies = 2;
  EXPECT_EQ(diagnose(facts).conclusion.cause, "listening");
}

TEST(ExplainConnection, SourceAndDestinationAlikeMeetThemselves) {
  const Diagnosis diagnosis = diagnose(local_syn("127.0.0.1:40000", "127.0.0.1:40000"));
  EXPECT_EQ(diagnosis.conclusion.cause, "self-connect");
  EXPECT_EQ(diagnosis.conclusion.answer, Answer::simultaneous_open);
}

TEST(ExplainConnection, ASelfConnectionThatExistsIsInTheWay) {
  Facts facts = local_syn("127.0.0.1:40000", "127.0.0.1:40000");
  facts.tables.ehash = {connection(TcpState::established, "127.0.0.1:40000", "127.0.0.1:40000")};
  EXPECT_EQ(diagnose(facts).conclusion.cause, "connection-in-the-way");
}

// A listener on the port: bind() fails, whatever SO_REUSEADDR says.
TEST(ExplainConnection, ASelfConnectOverAListenerIsNotSent) {
  Facts facts = local_syn("127.0.0.1:40000", "127.0.0.1:40000");
  facts.tables.listeners = {listener("0.0.0.0:40000")};
  EXPECT_EQ(diagnose(facts).conclusion.cause, "source-in-use");
  EXPECT_EQ(diagnose(facts).conclusion.error, EADDRINUSE);
}

TEST(ExplainConnection, TheCommandQuotesIpv6AndEntersTheNamespace) {
  Facts facts = local_syn("[::1]:8888", "[::1]:40000");
  facts.tables.ehash = {connection(TcpState::established, "[::1]:8888", "[::1]:40000")};
  EXPECT_THAT(diagnose(facts).conclusion.commands,
              ElementsAre("ss -K state connected src '[::1]:8888' dst '[::1]:40000'"));
  facts.question.netns = "web";
  EXPECT_THAT(diagnose(facts).conclusion.commands[0], StartsWith("ip netns exec web ss -K "));
  facts.question.netns = "4121";
  EXPECT_THAT(diagnose(facts).conclusion.commands[0], StartsWith("nsenter -t 4121 -n ss -K "));
}

TEST(ExplainConnection, ASourceThatIsTakenIsTold) {
  Facts facts = local_syn();
  facts.tables.senders = {connection(TcpState::established, "127.0.0.1:40000", "127.0.0.1:8888")};
  EXPECT_EQ(diagnose(facts).conclusion.cause, "source-in-use");
  EXPECT_EQ(diagnose(facts).conclusion.answer, Answer::not_sent);
  EXPECT_EQ(diagnose(facts).conclusion.error, 0) << "bind() may fail first";
  facts.question.reuses_address = true;
  facts.reusing = {servers_inode};
  facts.tables.senders[0].inode = servers_inode;
  EXPECT_EQ(diagnose(facts).conclusion.error, EADDRNOTAVAIL);
  facts.tables.senders[0].remote = at("127.0.0.1:9");
  EXPECT_THAT(text_of(diagnose(facts).findings, "source-in-use"), HasSubstr("EADDRINUSE"));
  facts.question.port_is_assumed = true;
  EXPECT_EQ(text_of(diagnose(facts).findings, "source-in-use"), "");
}

TEST(ExplainConnection, ATimeWaitOfTheSenderMayKeepIts4Tuple) {
  Facts facts = local_syn();
  facts.tables.senders = {connection(TcpState::time_wait, "127.0.0.1:40000", "127.0.0.1:8888")};
  facts.tables.senders[0].kind = Kind::timewait;
  EXPECT_THAT(text_of(diagnose(facts).not_observed, "source-held"), HasSubstr("EADDRNOTAVAIL"));
  // bind() of a socket without SO_REUSEADDR meets it, whatever its destination.
  facts.tables.senders[0].remote = at("127.0.0.1:9");
  EXPECT_THAT(text_of(diagnose(facts).not_observed, "source-held"), HasSubstr("EADDRINUSE"));
}

TEST(ExplainConnection, ABoundSourceIsSharedByTwoSocketsWithReuseAddress) {
  Facts facts = local_syn();
  facts.tables.listeners = {listener("127.0.0.1:8888")};
  facts.tables.senders = {socket_row(TcpState::closed, "127.0.0.1:40000")};
  facts.listener_options[servers_inode] = {};
  facts.tables.senders[0].inode = 7;
  EXPECT_FALSE(diagnose(facts).certain());
  facts.question.reuses_address = true;
  EXPECT_FALSE(diagnose(facts).certain()) << "the other may not have the option";
  facts.reusing = {7};
  EXPECT_TRUE(diagnose(facts).certain());
}

}  // namespace
}  // namespace lab::explain
