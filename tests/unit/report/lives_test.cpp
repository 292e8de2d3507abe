// SPDX-License-Identifier: MIT
//
// The section "Sockets": the states of each socket, from the tables and from the trace.
#include <gmock/gmock.h>

#include <sstream>

#include "report/tables.hpp"
#include "support/timelines.hpp"
#include "support/traces.hpp"

namespace lab::report {
namespace {

using ::testing::ContainsRegex;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::us;

std::string lives(const Timeline& timeline) {
  std::ostringstream out;
  draw::Page page(out, {false, 80, false});
  draw_lives(page, timeline);
  return out.str();
}

testing::Traces one_step() {
  testing::Story story;
  story.timeline.hosts = {{"h", {}, 1}};
  story.timeline.sockets = {{"s", "h", 7, 70}};
  story.step("connect");
  const Timestamp begin = story.timeline.steps.back().begin;
  testing::Traces traces(std::move(story.timeline));
  traces.at("h", begin, 0);
  return traces;
}

TEST(Lives, ShowTheTracedStatesOfASocketThatNoTableShowed) {
  testing::Traces traces = one_step();
  traces.state("inet_sock_set_state", 7, TcpState::closed, TcpState::syn_sent);
  traces.state("inet_sock_set_state", 7, TcpState::syn_sent, TcpState::closed);
  EXPECT_THAT(lives(traces.timeline), ContainsRegex("h +s +CLOSED .*SYN-SENT .*CLOSED +1\n"));
}

TEST(Lives, ShowTimeWaitInPlaceOfTheClosedSocket) {
  testing::Traces traces = one_step();
  traces.state("inet_sock_set_state", 7, TcpState::fin_wait_2, TcpState::closed);
  Snapshot snapshot;
  snapshot.host = "h";
  Row row = testing::row(TcpState::time_wait, "10.0.0.1:1", "10.0.0.2:2", 7);
  row.kind = Kind::timewait;
  snapshot.ehash = {{Witness::sock_diag, std::vector<Row>{row}, ""}};
  traces.timeline.steps.back().snapshots = {snapshot};
  traces.timeline.steps.back().end = traces.timeline.trace.back().time + 10 * us;
  EXPECT_THAT(lives(traces.timeline), ContainsRegex("FIN-WAIT-2 [^C]*TIME-WAIT"));
}

TEST(Lives, JoinSocketsWithoutANameThatDidTheSame) {
  testing::Traces traces = one_step();
  for (std::uint64_t cookie = 100; cookie < 150; ++cookie) {
    traces.state("inet_sock_set_state", cookie, TcpState::closed, TcpState::syn_sent).source =
        *Endpoint::parse("127.0.0.1:40000");
    traces.state("inet_sock_set_state", cookie, TcpState::syn_sent, TcpState::closed);
  }
  EXPECT_THAT(lives(traces.timeline), HasSubstr("127.0.0.1:40000 and 49 more  CLOSED"));
}

TEST(Lives, FitOnThePage) {
  testing::Traces traces = one_step();
  traces.state("inet_sock_set_state", 7, TcpState::closed, TcpState::syn_sent);
  traces.state("inet_sock_set_state", 7, TcpState::syn_sent, TcpState::syn_received);
  traces.state("inet_sock_set_state", 7, TcpState::syn_received, TcpState::established);
  traces.state("inet_sock_set_state", 7, TcpState::established, TcpState::fin_wait_1);
  traces.state("inet_sock_set_state", 7, TcpState::fin_wait_1, TcpState::closing);
  traces.state("inet_sock_set_state", 7, TcpState::closing, TcpState::time_wait);
  std::istringstream lines(lives(traces.timeline));
  std::size_t count = 0;
  for (std::string line; std::getline(lines, line); ++count) EXPECT_LE(line.size(), 80u) << line;
  EXPECT_GE(count, 4u);
}

}  // namespace
}  // namespace lab::report
