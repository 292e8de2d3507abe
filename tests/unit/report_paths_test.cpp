// SPDX-License-Identifier: MIT
#include <gmock/gmock.h>

#include <sstream>

#include "report/path_rows.hpp"
#include "report/paths.hpp"
#include "report_timelines.hpp"
#include "report_traces.hpp"

namespace lab::report {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using testing::Traces;

std::string drawn(const Timeline& timeline, const Style& style = {false, 100, true}) {
  std::ostringstream out;
  Page page(out, style);
  draw_paths(page, timeline);
  return out.str();
}

// "asker | what | outcome | socket", a string a row.
std::vector<std::string> rows(const Timeline& timeline) {
  std::ostringstream out;
  const Page page(out, {});
  std::vector<const TraceEvent*> events;
  for (const TraceEvent& event : timeline.trace) events.push_back(&event);
  std::vector<std::string> result;
  for (const PathRow& row : rows_of(timeline, page, events))
    result.push_back(row.asker + "|" + row.what + "|" + row.outcome + "|" + row.socket);
  return result;
}

Timeline with_sockets() {
  Timeline timeline;
  timeline.sockets = {{"srv", "b", 7, 70}, {"cli", "a", 8, 80}};
  return timeline;
}

TEST(PathRows, NameTheFunctionThatAskedAndFoldItsOwnOutcomeIntoTheLookups) {
  Traces traces(with_sockets());
  traces.lookup("__inet_lookup_established", "miss", "tcp_v4_early_demux");
  traces.add("tcp_v4_early_demux", "miss");
  traces.add("tcp_v4_rcv");
  traces.lookup("__inet_lookup_established", "miss", "tcp_v4_rcv");
  traces.lookup("inet_lhash2_lookup", "miss", "__inet_lookup_listener").detail = "exact";
  traces.lookup("inet_lhash2_lookup", "hit", "__inet_lookup_listener", 7, TcpState::listen).detail =
      "wildcard";
  traces.lookup("__inet_lookup_listener", "hit", "tcp_v4_rcv", 7, TcpState::listen);
  EXPECT_THAT(
      rows(traces.timeline),
      ElementsAre("tcp_v4_early_demux|__inet_lookup_established|miss|",
                  "tcp_v4_rcv|__inet_lookup_established|miss|", "|inet_lhash2_lookup exact|miss|",
                  "|inet_lhash2_lookup wildcard|hit|srv, LISTEN"));
}

// Early demux may refuse what ehash has found; then its own word counts.
TEST(PathRows, TellEarlyDemuxApartWhereItDiffersFromItsLookup) {
  Traces traces(with_sockets());
  traces.lookup("__inet_lookup_established", "hit", "tcp_v4_early_demux", 8, TcpState::syn_sent);
  traces.add("tcp_v4_early_demux", "miss");
  EXPECT_THAT(
      rows(traces.timeline),
      ElementsAre("tcp_v4_early_demux|__inet_lookup_established|hit|cli, SYN-SENT", "||miss|"));
}

TEST(PathRows, FoldAChangeOfStateIntoTheFunctionThatTellsIt) {
  Traces traces(with_sockets());
  traces.add("tcp_v4_rcv");
  traces.state("inet_sock_set_state", 8, TcpState::syn_sent, TcpState::established);
  traces.state("tcp_rcv_state_process", 8, TcpState::syn_sent, TcpState::established).outcome =
      "ok";
  traces.state("inet_sock_set_state", 8, TcpState::established, TcpState::close_wait);
  EXPECT_THAT(rows(traces.timeline),
              ElementsAre("tcp_v4_rcv|tcp_rcv_state_process||cli, SYN-SENT ──▶ ESTABLISHED",
                          "|inet_sock_set_state||cli, ESTABLISHED ──▶ CLOSE-WAIT"));
}

TEST(PathRows, SayWhatIsDoneOnceTheOwnerLetsGo) {
  Traces traces(with_sockets());
  traces.add("tcp_v4_rcv");
  traces.add("tcp_add_backlog");
  traces.add("tcp_rcv_established");
  EXPECT_THAT(rows(traces.timeline), ElementsAre("tcp_v4_rcv|tcp_add_backlog||",
                                                 "from the backlog|tcp_rcv_established||"));
}

TEST(PathRows, ShowAFunctionThatDidNoMore) {
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

TEST(Paths, AreNotThereWithoutATraceAndSayWhy) {
  EXPECT_THAT(drawn(testing::simopen()), IsEmpty());
  Timeline run = testing::simopen();
  run.no_trace = "tcp_lookup.ko is not loaded in this kernel";
  EXPECT_EQ(drawn(run),
            "\nTimeline   each step's packets, and the path that the receiver's kernel took\n"
            "  ○ not observed: tcp_lookup.ko is not loaded in this kernel\n");
}

TEST(Paths, StandUnderTheirPackets) {
  const std::string text = drawn(testing::refused_with_trace());
  EXPECT_THAT(text, HasSubstr(R"(
     2  connect cli to server:8888, expecting ECONNREFUSED
        client                inet_sock_set_state               cli, CLOSED ──▶ SYN-SENT
        client:40000 ──▶ server:8888  SYN seq 0                                             0.000 ms
          tcp_v4_early_demux  __inet_lookup_established miss
)"));
  EXPECT_THAT(text, HasSubstr("RST ACK seq 0 ack 1  answers SYN seq 0"));
}

// As when steps for the other family come before it.
TEST(Paths, NameAStepByItsIndexWhereStepsAreLeftOut) {
  Timeline run = testing::refused_with_trace();
  for (StepRecord& step : run.steps) step.index += 5;
  EXPECT_THAT(drawn(run), HasSubstr("\n     7  connect cli to server:8888"));
}

// One that the kernel met, and no interface was seen to bring.
TEST(Paths, WithoutAPacketAreShownAllTheSame) {
  Timeline run = testing::refused_with_trace();
  run.packets.clear();
  const std::string text = drawn(run);
  EXPECT_THAT(text, HasSubstr("client:40000 > server:8888 S on server, packet not known"));
  EXPECT_THAT(text, HasSubstr("tcp_v4_send_reset no-socket"));
}

TEST(Paths, OfEqualSegmentsGoToTheNearestPacket) {
  Timeline run = testing::refused_with_trace();
  // The same SYN once more, 500 µs later, which meets another fate.
  const auto packets = run.packets;
  const auto trace = run.trace;
  for (Packet packet : packets) {
    packet.time += 500 * testing::us;
    run.packets.push_back(packet);
  }
  for (TraceEvent event : trace) {
    event.time += 500 * testing::us;
    event.number += 100;
    if (event.segment) *event.segment += 100;
    if (event.cause) *event.cause += 100;
    if (event.event == "kfree_skb") event.reason = "TCP_FLAGS";
    run.trace.push_back(event);
  }
  const std::string text = drawn(run);
  const auto again = text.find("sent again");
  ASSERT_NE(again, std::string::npos);
  EXPECT_THAT(text.substr(0, again), Not(HasSubstr("TCP_FLAGS")));
  EXPECT_THAT(text.substr(again), HasSubstr("TCP_FLAGS"));
}

TEST(Paths, WarnWhenEventsAreMissing) {
  Timeline run = testing::refused_with_trace();
  run.trace_lost = 3;
  EXPECT_THAT(drawn(run), HasSubstr("3 events were lost and 0 calls missed"));
}

TEST(Paths, PutASocketBelowWhereThereIsNoRoomBeside) {
  Timeline run = testing::refused_with_trace();
  run.sockets[1].name = "a-socket-with-a-really-long-name";
  EXPECT_THAT(drawn(run, {false, 80, true}),
              HasSubstr("inet_sock_set_state\n                                "
                        "a-socket-with-a-really-long-name, CLOSED ──▶ SYN-SENT\n"));
}

}  // namespace
}  // namespace lab::report
