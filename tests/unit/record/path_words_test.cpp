// SPDX-License-Identifier: MIT
#include "record/path_words.hpp"

#include <gmock/gmock.h>

#include "support/trace_story.hpp"
#include "support/trace_words.hpp"

namespace lab {
namespace {

TraceEvent event(const char* name, const char* outcome, const char* reason = "") {
  TraceEvent made;
  made.event = lab::testing::function_named(name);
  made.outcome = lab::testing::outcome_named(outcome);
  made.reason = reason;
  return made;
}

TraceEvent changing(TraceEvent made, TcpState from, TcpState to) {
  made.state = from;
  made.state_after = to;
  return made;
}

TraceEvent of_socket(TraceEvent made, std::uint64_t cookie) {
  made.cookie = cookie;
  return made;
}

const Timeline& run() {
  static const Timeline run = lab::testing::refused().timeline;
  return run;
}

std::string verdict(const std::vector<TraceEvent>& events) {
  Path path;
  for (const TraceEvent& each : events) path.events.push_back(&each);
  return verdict_in_words(run(), path);
}

TEST(EventInWords, IsTheFunctionAndItsOutcome) {
  TraceEvent lookup = event("inet_lhash2_lookup", "miss");
  EXPECT_EQ(event_in_words(run(), lookup), "inet_lhash2_lookup: miss");
  lookup.detail = TraceDetail::wildcard;
  lookup.caller = "__inet_lookup_listener";
  EXPECT_EQ(event_in_words(run(), lookup),
            "inet_lhash2_lookup (wildcard) for __inet_lookup_listener: miss");
  EXPECT_EQ(event_in_words(run(), event("tcp_v4_rcv", "enter")), "tcp_v4_rcv");
  EXPECT_EQ(event_in_words(run(), event("kfree_skb", "dropped", "NO_SOCKET")),
            "kfree_skb: dropped (NO_SOCKET)");
}

TEST(EventInWords, NamesTheSocketOfTheScenario) {
  TraceEvent hit = of_socket(event("__inet_lookup_established", "hit"), 22);
  hit.state = TcpState::syn_sent;
  hit.kind = Kind::full;
  EXPECT_EQ(event_in_words(run(), hit), "__inet_lookup_established: hit cli SYN-SENT");
  hit.cookie = 99;
  hit.kind = Kind::request;
  hit.state = TcpState::syn_received;
  EXPECT_EQ(event_in_words(run(), hit), "__inet_lookup_established: hit request SYN-RECEIVED");
}

TEST(EventInWords, NamesAChangeOfState) {
  EXPECT_EQ(event_in_words(run(), of_socket(changing(event("tcp_rcv_state_process", "ok"),
                                                     TcpState::syn_sent, TcpState::syn_received),
                                            22)),
            "tcp_rcv_state_process: ok cli SYN-SENT to SYN-RECEIVED");
  EXPECT_EQ(event_in_words(run(), changing(event("tcp_rcv_state_process", "ok"),
                                           TcpState::fin_wait_2, TcpState::fin_wait_2)),
            "tcp_rcv_state_process: ok FIN-WAIT-2");
}

TEST(PathInWords, IsOneLineInOrder) {
  const TraceEvent rcv = event("tcp_v6_rcv", "enter");
  const TraceEvent lookup = event("__inet6_lookup_established", "miss");
  EXPECT_EQ(path_in_words(run(), Path{1, {}, {&rcv, &lookup}}),
            "tcp_v6_rcv; __inet6_lookup_established: miss");
}

TEST(VerdictInWords, DescribesAReset) {
  EXPECT_EQ(verdict({event("tcp_v4_send_reset", "no-socket", "NO_SOCKET")}),
            "answered with RST, no socket was found (NO_SOCKET)");
  EXPECT_EQ(verdict({event("tcp_v6_send_reset", "no-socket")}),
            "answered with RST, no socket was found");
  EXPECT_EQ(verdict({of_socket(event("tcp_v4_send_reset", "socket", "TCP_STATE"), 22)}),
            "answered with RST by cli (TCP_STATE)");
}

TraceEvent about(TraceEvent made, const char* flags, std::uint32_t length = 0) {
  made.flags = TcpFlags::parse(flags);
  made.length = length;
  return made;
}

TEST(VerdictInWords, NothingAnswersARst) {
  EXPECT_EQ(verdict({about(event("tcp_v4_send_reset", "no-socket", "NO_SOCKET"), "R")}),
            "discarded: no socket was found, and nothing answers a RST (NO_SOCKET)");
  EXPECT_EQ(verdict({of_socket(about(event("tcp_v6_send_reset", "socket"), "R."), 22)}),
            "discarded: cli does not accept it, and nothing answers a RST");
}

TEST(VerdictInWords, BelievesTheTraceThatSawNoReset) {
  lab::testing::TraceStory story = lab::testing::refused();
  TraceEvent reset;
  for (const TraceEvent& event : story.timeline.trace)
    if (event.event == KernelFunction::send_reset4) reset = event;
  const auto verdict_of_reset = [&] { return verdict_in_words(story.timeline, {1, {}, {&reset}}); };
  EXPECT_EQ(verdict_of_reset(), "answered with RST, no socket was found (NO_SOCKET)");
  for (TraceEvent& event : story.timeline.trace)
    if (event.event == KernelFunction::send4) event.cause.reset();
  EXPECT_EQ(verdict_of_reset(), "no socket was found, and nothing is sent (NO_SOCKET)");
  std::erase_if(story.timeline.trace, [](const TraceEvent& event) {
    return event.host == "server" && event.event == KernelFunction::send4;
  });
  EXPECT_TRUE(sends_reset(story.timeline, reset)) << "no sending was seen there at all";
}

TEST(VerdictInWords, ASegmentWithoutDataThatIsConsumedIsNotDropped) {
  const TraceEvent consumed = about(event("kfree_skb", "dropped", "TCP_OLD_DATA"), "S.");
  EXPECT_TRUE(is_consumed(consumed));
  EXPECT_EQ(verdict({of_socket(event("tcp_rcv_established", "enter"), 22), consumed}),
            "dealt with by cli");
  const TraceEvent old = about(event("kfree_skb", "dropped", "TCP_OLD_DATA"), "P.", 5);
  EXPECT_FALSE(is_consumed(old));
  EXPECT_EQ(verdict({old}), "dropped (TCP_OLD_DATA)");
}

TEST(VerdictInWords, AListenerIsCopiedAndDoesNotChange) {
  EXPECT_EQ(verdict({of_socket(changing(event("inet_sock_set_state", "enter"), TcpState::listen,
                                        TcpState::syn_received),
                               21)}),
            "the child socket is made, in SYN-RECEIVED");
}

TEST(VerdictInWords, TakesTheCauseOfAResetFromTheDrop) {
  EXPECT_EQ(verdict({event("tcp_v4_send_reset", "no-socket"),
                     event("kfree_skb", "dropped", "NO_SOCKET")}),
            "answered with RST, no socket was found (NO_SOCKET)");
}

TEST(VerdictInWords, DescribesAConnectionRequest) {
  const auto request = [](const char* outcome, const char* detail) {
    TraceEvent made = of_socket(event("tcp_conn_request", outcome), 21);
    made.detail = lab::testing::detail_named(detail);
    return verdict({made, event("kfree_skb", "dropped")});
  };
  EXPECT_EQ(request("request", ""), "a connection request to srv, kept in a request socket");
  EXPECT_EQ(request("cookie", ""),
            "a connection request to srv, answered with a SYN cookie, nothing is kept");
  EXPECT_EQ(request("dropped", "accept-queue-full"),
            "a connection request to srv, dropped (accept-queue-full)");
}

TEST(VerdictInWords, DescribesTheEndOfAHandshake) {
  EXPECT_EQ(verdict({event("tcp_v4_syn_recv_sock", "child"), event("tcp_check_req", "child"),
                     changing(event("tcp_rcv_state_process", "ok"), TcpState::syn_received,
                              TcpState::established)}),
            "completes the handshake, the child socket is made");
  EXPECT_EQ(verdict({event("tcp_v4_syn_recv_sock", "none"),
                     event("kfree_skb", "dropped", "LISTEN_OVERFLOWS")}),
            "dropped (LISTEN_OVERFLOWS)")
      << "no child, no handshake";
}

TEST(VerdictInWords, NamesASimultaneousOpenAndASelfConnect) {
  TraceEvent process = of_socket(
      changing(event("tcp_rcv_state_process", "ok"), TcpState::syn_sent, TcpState::syn_received),
      22);
  EXPECT_EQ(verdict({process, event("kfree_skb", "dropped", "NOT_SPECIFIED")}),
            "simultaneous open, cli goes from SYN-SENT to SYN-RECEIVED");
  process.source = process.destination = Endpoint::parse("127.0.0.1:34567");
  EXPECT_EQ(verdict({process}), "self-connect, cli goes from SYN-SENT to SYN-RECEIVED");
  process.state_after = TcpState::established;
  EXPECT_EQ(verdict({process}), "cli goes from SYN-SENT to ESTABLISHED");
}

TEST(VerdictInWords, TakesAChangeThatOnlyTheTracepointReports) {
  EXPECT_EQ(verdict({event("tcp_rcv_established", "enter"),
                     of_socket(changing(event("inet_sock_set_state", "enter"),
                                        TcpState::established, TcpState::close_wait),
                               22)}),
            "cli goes from ESTABLISHED to CLOSE-WAIT");
}

TEST(VerdictInWords, DescribesAResetThatArrived) {
  EXPECT_EQ(verdict({of_socket(event("tcp_reset", "enter"), 22),
                     changing(event("inet_sock_set_state", "enter"), TcpState::syn_sent,
                              TcpState::closed),
                     event("kfree_skb", "dropped", "TCP_RESET")}),
            "the RST ends cli");
}

TEST(VerdictInWords, DescribesTimeWait) {
  const auto outcome = [](const char* word) {
    return verdict({event("tcp_timewait_state_process", word)});
  };
  EXPECT_EQ(outcome("success"), "dropped in TIME-WAIT");
  EXPECT_EQ(outcome("ack"), "answered with an ACK from TIME-WAIT");
  EXPECT_EQ(outcome("syn"), "a new connection in the place of TIME-WAIT");
  EXPECT_EQ(outcome("reset"), "answered with RST from TIME-WAIT");
  EXPECT_EQ(
      verdict({event("tcp_timewait_state_process", "syn"), event("tcp_conn_request", "request")}),
      "a connection request to the socket, kept in a request socket");
}

TEST(VerdictInWords, CountsADropIfItSaysWhy) {
  TraceEvent taken = of_socket(event("tcp_rcv_established", "enter"), 22);
  taken.state = TcpState::established;
  EXPECT_EQ(verdict({taken, event("kfree_skb", "dropped", "TCP_OLD_DATA")}),
            "dropped (TCP_OLD_DATA)");
  EXPECT_EQ(verdict({taken, event("kfree_skb", "dropped", "NOT_SPECIFIED")}),
            "dealt with by cli in ESTABLISHED");
  EXPECT_EQ(verdict({event("kfree_skb", "dropped")}), "dropped");
}

TEST(VerdictInWords, IsEmptyWhereTheTraceDoesNotSay) {
  EXPECT_EQ(verdict({event("tcp_v4_rcv", "enter"), event("tcp_add_backlog", "enter")}), "");
}

}  // namespace
}  // namespace lab
