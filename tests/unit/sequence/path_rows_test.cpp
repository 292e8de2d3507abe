// SPDX-License-Identifier: MIT
#include "sequence/path_rows.hpp"

#include <gmock/gmock.h>

#include "support/traces.hpp"

namespace lab::sequence {
namespace {

using ::testing::ElementsAre;
using testing::Traces;

std::vector<const TraceEvent*> events_of(const Timeline& timeline) {
  std::vector<const TraceEvent*> events;
  for (const TraceEvent& event : timeline.trace) events.push_back(&event);
  return events;
}

// "asker | what | outcome | socket", a string a row.
std::vector<std::string> rows(const Timeline& timeline) {
  std::vector<std::string> result;
  for (const PathRow& row : rows_of(timeline, events_of(timeline)))
    result.push_back(row.asker + "|" + row.what + "|" + row.outcome + "|" + row.socket);
  return result;
}

Timeline with_sockets() {
  Timeline timeline;
  timeline.sockets = {{"srv", "b", 7, 70}, {"cli", "a", 8, 80}};
  return timeline;
}

TEST(PathRows, NameTheCallerWithoutItsOutcome) {
  Traces traces(with_sockets());
  traces.lookup("__inet_lookup_established", "miss", "tcp_v4_early_demux");
  traces.add("tcp_v4_early_demux", "miss");
  traces.add("tcp_v4_rcv");
  traces.lookup("__inet_lookup_established", "miss", "tcp_v4_rcv");
  traces.lookup("inet_lhash2_lookup", "miss", "__inet_lookup_listener").detail = TraceDetail::exact;
  traces.lookup("inet_lhash2_lookup", "hit", "__inet_lookup_listener", 7, TcpState::listen).detail =
      TraceDetail::wildcard;
  traces.lookup("__inet_lookup_listener", "hit", "tcp_v4_rcv", 7, TcpState::listen);
  EXPECT_THAT(
      rows(traces.timeline),
      ElementsAre("tcp_v4_early_demux|__inet_lookup_established|miss|",
                  "tcp_v4_rcv|__inet_lookup_established|miss|", "|inet_lhash2_lookup exact|miss|",
                  "|inet_lhash2_lookup wildcard|hit|srv, LISTEN"));
}

// Early demux may refuse what ehash has found; then its own word counts.
TEST(PathRows, KeepEarlyDemuxIfItDiffersFromItsLookup) {
  Traces traces(with_sockets());
  traces.lookup("__inet_lookup_established", "hit", "tcp_v4_early_demux", 8, TcpState::syn_sent);
  traces.add("tcp_v4_early_demux", "miss");
  EXPECT_THAT(
      rows(traces.timeline),
      ElementsAre("tcp_v4_early_demux|__inet_lookup_established|hit|cli, SYN-SENT", "||miss|"));
}

TEST(PathRows, MergeAChangeOfStateIntoTheFunctionThatReportsIt) {
  Traces traces(with_sockets());
  traces.add("tcp_v4_rcv");
  traces.state("inet_sock_set_state", 8, TcpState::syn_sent, TcpState::established);
  traces.state("tcp_rcv_state_process", 8, TcpState::syn_sent, TcpState::established).outcome =
      TraceOutcome::ok;
  traces.state("inet_sock_set_state", 8, TcpState::established, TcpState::close_wait);
  EXPECT_THAT(rows(traces.timeline),
              ElementsAre("tcp_v4_rcv|tcp_rcv_state_process||cli, SYN-SENT > ESTABLISHED",
                          "|inet_sock_set_state||cli, ESTABLISHED > CLOSE-WAIT"));
}

TEST(PathRows, SayWhatIsDoneOnceTheOwnerReleasesTheSocket) {
  Traces traces(with_sockets());
  traces.add("tcp_v4_rcv");
  traces.add("tcp_add_backlog");
  traces.add("tcp_rcv_established");
  EXPECT_THAT(rows(traces.timeline), ElementsAre("tcp_v4_rcv|tcp_add_backlog||",
                                                 "from the backlog|tcp_rcv_established||"));
}

TEST(PathRows, ShowACallerWithoutFurtherCalls) {
  Traces traces(with_sockets());
  traces.add("tcp_v4_rcv");
  EXPECT_THAT(rows(traces.timeline), ElementsAre("tcp_v4_rcv|||"));
}

TEST(PathRows, NameReasonsKindsAndWhatIsNotTheOrdinaryOutcome) {
  Traces traces(with_sockets());
  traces.add("tcp_v4_send_reset", "no-socket").reason = "NO_SOCKET";
  traces.lookup("__inet_lookup_established", "hit", "tcp_v4_rcv", 99, TcpState::syn_received).kind =
      Kind::request;
  EXPECT_THAT(rows(traces.timeline),
              ElementsAre("|tcp_v4_send_reset|no-socket NO_SOCKET|",
                          "tcp_v4_rcv|__inet_lookup_established|hit|SYN-RECEIVED, request"));
}

TEST(PathRows, SayThatNothingIsSentForARst) {
  Traces traces(with_sockets());
  TraceEvent& reset = traces.add("tcp_v4_send_reset", "no-socket");
  reset.reason = "NO_SOCKET";
  reset.flags = TcpFlags::parse("R");
  EXPECT_THAT(rows(traces.timeline),
              ElementsAre("|tcp_v4_send_reset|no-socket NO_SOCKET, sends nothing|"));
  EXPECT_EQ(rows_of(traces.timeline, events_of(traces.timeline))[0].ink, draw::Ink::plain);
}

TEST(PathRows, SayThatNothingIsKeptOfASegmentThatIsConsumed) {
  Traces traces(with_sockets());
  TraceEvent& drop = traces.add("kfree_skb", "dropped");
  drop.reason = "TCP_OLD_DATA";
  drop.flags = TcpFlags::parse("S.");
  drop.length = 0;
  EXPECT_THAT(rows(traces.timeline),
              ElementsAre("|kfree_skb|consumed, nothing to keep (TCP_OLD_DATA)|"));
  EXPECT_EQ(rows_of(traces.timeline, events_of(traces.timeline))[0].ink, draw::Ink::plain);
}

TEST(PathRows, ShowAChildAndNotItsListenerInSynReceived) {
  Traces traces(with_sockets());
  traces.at("b", testing::epoch, 1);
  traces.state("inet_sock_set_state", 0, TcpState::listen, TcpState::syn_received).cookie.reset();
  traces.state("tcp_v4_syn_recv_sock", 8, TcpState::syn_received, TcpState::syn_received).outcome =
      TraceOutcome::child;
  EXPECT_THAT(rows(traces.timeline),
              ElementsAre("|inet_sock_set_state||cli, the child, SYN-RECEIVED",
                          "|tcp_v4_syn_recv_sock|child|cli, SYN-RECEIVED"));
}

// Each function once, and only what has decided something.
TEST(PathCalls, NameEachFunctionOnceWithItsLastOutcome) {
  const auto named = [](const std::string& function, const std::string& outcome) {
    return ::testing::AllOf(::testing::Field(&PathCall::function, function),
                            ::testing::Field(&PathCall::outcome, outcome));
  };
  Traces traces(with_sockets());
  traces.lookup("__inet_lookup_established", "miss", "tcp_v4_early_demux");
  traces.add("tcp_v4_early_demux", "miss");
  traces.add("tcp_v4_rcv");
  traces.lookup("__inet_lookup_established", "miss", "tcp_v4_rcv");
  traces.lookup("inet_lhash2_lookup", "miss", "__inet_lookup_listener").detail = TraceDetail::exact;
  traces.lookup("inet_lhash2_lookup", "hit", "__inet_lookup_listener", 7, TcpState::listen).detail =
      TraceDetail::wildcard;
  traces.add("tcp_add_backlog");
  traces.add("tcp_conn_request", "request");
  traces.add("kfree_skb", "dropped").reason = "NOT_SPECIFIED";
  EXPECT_THAT(calls_of(rows_of(traces.timeline, events_of(traces.timeline))),
              ElementsAre(named("__inet_lookup_established", "miss"),
                          named("inet_lhash2_lookup", "hit"), named("tcp_conn_request", "request"),
                          named("kfree_skb", "dropped NOT_SPECIFIED")));
}

}  // namespace
}  // namespace lab::sequence
