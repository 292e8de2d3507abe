// SPDX-License-Identifier: MIT
#include "sequence/tables_at.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/traces.hpp"

namespace lab::sequence {
namespace {

using namespace lab::testing;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr const char *client = "10.0.0.1:40000", *server = "10.0.0.2:8888";

// A change of a state as the tracepoint reports it, with the socket's ends.
void change(Traces& traces, const std::string& host, Timestamp time, std::uint64_t cookie,
            TcpState before, TcpState after, const char* local, const char* remote) {
  traces.at(host, time, 0);
  TraceEvent& event = traces.state("inet_sock_set_state", cookie, before, after);
  event.source = at(local);
  event.destination = at(remote);
}

// The server's tables are read in the first step: srv is bound and listens; then 100 µs each.
Traces read_once() {
  Story story;
  link_two_hosts(story.timeline, "client", "server");
  story.timeline.sockets = {{"srv", "server", 21, 201}};
  Row bound = row(TcpState::listen, "0.0.0.0:8888", nullptr, 21);
  bound.role = Role::listening;
  story.step_at("server", "tables", "tables of server").snapshots = {
      {"server",
       both({row(TcpState::listen, "0.0.0.0:8888", nullptr, 21)}, 86),
       both({bound}, 624),
       both({}),
       true,
       {}}};
  story.step_at("client", "connect", "connect");
  return Traces(std::move(story.timeline));
}

TablesAt server_at(const Timeline& run, Timestamp time) {
  return tables_at(run, Buckets(run), "server", time);
}

TEST(TablesAt, AreThoseOfTheLastStepThatReadThem) {
  Traces traces = read_once();
  traces.at("server", epoch + 500 * us, 0);
  traces.add("tcp_v4_rcv");
  const TablesAt tables = server_at(traces.timeline, epoch + 150 * us);
  EXPECT_EQ(tables.step, 1u);
  EXPECT_EQ(tables.changes, 0u);
  ASSERT_TRUE(tables.listeners && tables.ehash && tables.bound);
  ASSERT_THAT(*tables.listeners, SizeIs(1));
  EXPECT_EQ(tables.listeners->front().bucket, 86u);  // the module's row, not sock_diag's
  EXPECT_THAT(*tables.ehash, IsEmpty());
}

TEST(TablesAt, BeforeAStepHasReadThemHaveWhatTheTraceReported) {
  Traces traces = read_once();
  change(traces, "client", epoch + 110 * us, 22, TcpState::closed, TcpState::syn_sent, client,
         server);
  const Timeline& run = traces.timeline;
  const TablesAt before = tables_at(run, Buckets(run), "client", epoch + 100 * us);
  EXPECT_THAT(before.ehash.value(), IsEmpty());
  const TablesAt after = tables_at(run, Buckets(run), "client", epoch + 200 * us);
  EXPECT_FALSE(after.step);
  EXPECT_FALSE(after.bound);  // bind() is not traced
  ASSERT_THAT(after.ehash.value(), SizeIs(1));
  EXPECT_EQ(after.ehash->front().state, TcpState::syn_sent);
  EXPECT_EQ(after.ehash->front().local, at(client));
}

TEST(TablesAt, ARequestBecomesAChild) {
  Traces traces = read_once();
  const Segment syn = segment(client, server, "S", 1000);
  const Segment ack = segment(client, server, ".", 1001, 5001);
  traces.at("server", epoch + 110 * us, 1, syn);
  traces.add("tcp_conn_request", "request");
  const TablesAt asked = server_at(traces.timeline, epoch + 120 * us);
  ASSERT_THAT(asked.ehash.value(), SizeIs(1));
  EXPECT_EQ(asked.ehash->front().kind, Kind::request);
  EXPECT_EQ(asked.ehash->front().local, at(server));

  traces.at("server", epoch + 130 * us, 3, ack);
  TraceEvent& copied =
      traces.state("inet_sock_set_state", 0, TcpState::listen, TcpState::syn_received);
  copied.cookie.reset();
  copied.source = at(server);
  copied.destination = at(client);
  traces.add("tcp_v4_syn_recv_sock", "child").cookie = 33;
  TraceEvent& open =
      traces.state("inet_sock_set_state", 33, TcpState::syn_received, TcpState::established);
  open.source = at(server);
  open.destination = at(client);
  const TablesAt accepted = server_at(traces.timeline, epoch + 200 * us);
  ASSERT_THAT(accepted.ehash.value(), SizeIs(1));
  EXPECT_EQ(accepted.ehash->front().kind, Kind::full);
  EXPECT_EQ(accepted.ehash->front().state, TcpState::established);
  EXPECT_EQ(accepted.ehash->front().cookie, 33u);
  ASSERT_THAT(accepted.listeners.value(), SizeIs(1));  // a listener stays in LISTEN
  EXPECT_EQ(accepted.listeners->front().state, TcpState::listen);
  EXPECT_THAT(accepted.bound.value(), SizeIs(2));
}

TEST(TablesAt, AClosedSocketLeavesWhereItWasLookedUp) {
  Traces traces = read_once();
  change(traces, "server", epoch + 110 * us, 21, TcpState::listen, TcpState::closed,
         "0.0.0.0:8888", "0.0.0.0:0");
  const TablesAt tables = server_at(traces.timeline, epoch + 200 * us);
  EXPECT_THAT(tables.listeners.value(), IsEmpty());
  // Whether it still holds its port is not traced.
  ASSERT_THAT(tables.bound.value(), SizeIs(1));
  EXPECT_EQ(tables.bound->front().state, TcpState::closed);
  EXPECT_EQ(tables.bound->front().role, Role::nothing);
  EXPECT_FALSE(tables.perhaps_time_wait);
}

TEST(TablesAt, DoNotGuessWhetherATimeWaitFollows) {
  Traces traces = read_once();
  change(traces, "server", epoch + 110 * us, 33, TcpState::fin_wait_2, TcpState::closed, server,
         client);
  EXPECT_TRUE(server_at(traces.timeline, epoch + 200 * us).perhaps_time_wait);
}

TEST(TablesAt, AreNotKnownWithoutStepAndTrace) {
  Traces traces = read_once();
  traces.timeline.no_trace = "tcp_lookup.ko is not loaded";
  const Timeline& run = traces.timeline;
  const TablesAt tables = tables_at(run, Buckets(run), "client", epoch + 200 * us);
  EXPECT_TRUE(tables.unknown());
  EXPECT_FALSE(tables.traced);
  EXPECT_FALSE(server_at(run, epoch + 200 * us).unknown());
}

TEST(Buckets, AreThoseOfAnyMomentOfTheRun) {
  const Timeline run = read_once().timeline;
  const Buckets buckets(run);
  EXPECT_EQ(buckets.lhash2("server", at("0.0.0.0:8888")), 86u);
  EXPECT_EQ(buckets.lhash2("server", at("[::]:8888")), 86u);
  EXPECT_EQ(buckets.lhash2("client", at("0.0.0.0:8888")), std::nullopt);
  EXPECT_EQ(buckets.bhash("server", 8888), 624u);
  EXPECT_EQ(buckets.ehash("server", at(server), at(client)), std::nullopt);
}

TEST(Buckets, AreAlsoThoseThatTheModuleNamesForWhatArrived) {
  Timeline run = read_once().timeline;
  LookupAnswer answer;
  answer.tuple = {at(client), at(server), ""};
  answer.steps = {{LookupStepName::ehash, LookupResult::miss, 4711, 0, {}, {}},
                  {LookupStepName::exact, LookupResult::miss, 5, 0, {}, {}}};
  run.arrivals = {{"server", answer, ""}, {"client", std::nullopt, "eth0 is gone"}};
  const Buckets buckets(run);
  EXPECT_EQ(buckets.ehash("server", at(server), at(client)), 4711u);
  EXPECT_EQ(buckets.lhash2("server", at(server)), 5u);
  EXPECT_EQ(buckets.ehash("client", at(server), at(client)), std::nullopt);
}

}  // namespace
}  // namespace lab::sequence
