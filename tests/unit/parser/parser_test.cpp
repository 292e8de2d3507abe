// SPDX-License-Identifier: MIT
//
// Files that are right: each piece of the language arrives in the model.
#include "parser/parser.hpp"

#include <gmock/gmock.h>

#include <cerrno>

#include "unit/parser/text.hpp"

namespace lab::parser {

using scenario::Accept;
using scenario::Bind;
using scenario::Close;
using scenario::Connect;
using scenario::Connected;
using scenario::ExpectedRow;
using scenario::Hold;
using scenario::Listen;
using scenario::Lookup;
using scenario::Mark;
using scenario::NoRetransmission;
using scenario::Number;
using scenario::OpenSocket;
using scenario::Packets;
using scenario::Path;
using scenario::Place;
using scenario::Receive;
using scenario::Release;
using scenario::Send;
using scenario::Tables;

namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

template <typename Verb>
Verb last(const std::string& steps) {
  const Scenario scenario = parse(with_steps(steps), "x.yaml");
  return std::get<Verb>(scenario.steps.back().action);
}

const std::string srv = "  - socket: {name: srv, host: server}\n";
const std::string cli = "  - socket: {name: cli, host: client}\n";

TEST(Document, ReadsItsHead) {
  const Scenario scenario = parse(R"(# SPDX-License-Identifier: MIT
name: refused
title: "Refused: nobody listens"
summary: |
  One line.
  Another.
rule: RFC 9293, section 3.10.7.1; tcp_v4_send_reset()
families: [ipv6]
deadline: 750ms
topology:
  hosts:
    client:
      sysctls: {net.ipv4.tcp_syncookies: 0}
    server:
  links:
    - endpoints: ["client:eth0", "server:eth1"]
steps:
  - ping: {from: client, to: server}
    note: Why not?
)",
                                  "scenarios/refused.yaml");
  EXPECT_EQ(scenario.file, "scenarios/refused.yaml");
  EXPECT_EQ(scenario.name, "refused");
  EXPECT_EQ(scenario.title, "Refused: nobody listens");
  EXPECT_EQ(scenario.summary, "One line.\nAnother.\n");
  EXPECT_EQ(scenario.rule, "RFC 9293, section 3.10.7.1; tcp_v4_send_reset()");
  EXPECT_THAT(scenario.families, ElementsAre(Family::inet6));
  EXPECT_EQ(scenario.deadline, std::chrono::milliseconds(750));
  ASSERT_THAT(scenario.hosts, SizeIs(2));
  EXPECT_EQ(scenario.hosts[0].name, "client");
  EXPECT_EQ(scenario.hosts[0].sysctls.at("net.ipv4.tcp_syncookies"), "0");
  EXPECT_EQ(scenario.hosts[1].at.line, 14);
  ASSERT_THAT(scenario.links, SizeIs(1));
  EXPECT_EQ(scenario.links[0].ends[1].host, "server");
  EXPECT_EQ(scenario.links[0].ends[1].device, "eth1");
  ASSERT_THAT(scenario.steps, SizeIs(1));
  EXPECT_EQ(scenario.steps[0].note, "Why not?");
  EXPECT_EQ(scenario.steps[0].at.line, 18);
  EXPECT_EQ(scenario.steps[0].at.column, 5);
}

TEST(Document, DefaultsToBothFamiliesAndFiveSeconds) {
  const Scenario scenario = parse(with_steps("  - ping: {from: client, to: server}\n"), "x.yaml");
  EXPECT_THAT(scenario.families, ElementsAre(Family::inet, Family::inet6));
  EXPECT_EQ(scenario.deadline, std::chrono::seconds(5));
}

TEST(SocketStep, ReadsItsOptions) {
  const auto open = std::get<OpenSocket>(
      action_of("socket: {name: s, host: server, reuseaddr: true, reuseport: true, v6only: false, "
                "device: eth0}"));
  EXPECT_EQ(open.name, "s");
  EXPECT_EQ(open.host, "server");
  EXPECT_TRUE(open.reuseaddr);
  EXPECT_TRUE(open.reuseport);
  EXPECT_EQ(open.v6only, false);
  EXPECT_EQ(open.device, "eth0");
  EXPECT_EQ(std::get<OpenSocket>(action_of("socket: {name: s, host: server}")).v6only,
            std::nullopt);
}

TEST(BindStep, AcceptsHostsAndTheTwoSpecialAddresses) {
  EXPECT_EQ(last<Bind>(srv + "  - bind: {socket: srv, to: \"server:8888\"}\n").to,
            (Place{"server", 8888}));
  EXPECT_EQ(last<Bind>(srv + "  - bind: {socket: srv, to: \"loopback:1\"}\n").to,
            (Place{"loopback", 1}));
  const auto bind = last<Bind>(srv + "  - bind: {socket: srv, to: \"any:0\", error: EACCES}\n");
  EXPECT_EQ(bind.to, (Place{"any", 0}));
  EXPECT_EQ(bind.error, EACCES);
}

TEST(ListenStep, DefaultsToABacklogOfOne) {
  EXPECT_EQ(last<Listen>(srv + "  - listen: {socket: srv}\n").backlog, 1);
  EXPECT_EQ(last<Listen>(srv + "  - listen: {socket: srv, backlog: 128}\n").backlog, 128);
}

TEST(ConnectStep, WaitsForSuccessByDefault) {
  const auto plain = last<Connect>(cli + "  - connect: {socket: cli, to: \"server:1\"}\n");
  EXPECT_TRUE(plain.wait);
  EXPECT_EQ(plain.error, 0);
  const auto refused =
      last<Connect>(cli + "  - connect: {socket: cli, to: \"server:1\", error: ECONNREFUSED}\n");
  EXPECT_EQ(refused.error, ECONNREFUSED);
}

TEST(ConnectStep, ExpectsEinprogressWhenItDoesNotWait) {
  const std::string begun = cli + "  - connect: {socket: cli, to: \"server:1\", wait: false}\n";
  EXPECT_FALSE(last<Connect>(begun).wait);
  EXPECT_EQ(last<Connect>(begun).error, EINPROGRESS);
  EXPECT_EQ(last<Connected>(begun + "  - connected: {socket: cli, error: ETIMEDOUT}\n").error,
            ETIMEDOUT);
}

TEST(DataSteps, ReadTheirData) {
  const std::string accepted =
      srv + "  - listen: {socket: srv}\n  - accept: {socket: srv, name: conn}\n";
  EXPECT_EQ(last<Accept>(accepted).name, "conn");
  EXPECT_EQ(last<Send>(accepted + "  - send: {socket: conn, data: \"a\\n b\"}\n").data.bytes(),
            "a\n b");
  EXPECT_EQ(last<Receive>(accepted + "  - receive: {socket: conn, data: 17}\n").data, "17");
  EXPECT_EQ(last<Close>(accepted + "  - close: {socket: conn}\n").socket, "conn");
}

TEST(HoldSteps, MarkAndRelease) {
  const std::string held = "  - hold: {host: client}\n  - mark: {host: client}\n";
  EXPECT_EQ(last<Mark>(held).host, "client");
  EXPECT_TRUE(last<Release>(held + "  - release: {host: client, until: mark}\n").until_mark);
  EXPECT_FALSE(last<Release>(held + "  - release: {host: client}\n").until_mark);
  // After a release of everything the host may hold again.
  EXPECT_EQ(last<Hold>(held + "  - release: {host: client}\n  - hold: {host: client}\n").host,
            "client");
}

TEST(TablesStep, DistinguishesAnEmptyTableFromOneThatIsNotNamed) {
  const auto tables = last<Tables>("  - tables: {host: server, listeners: []}\n");
  EXPECT_THAT(tables.hosts, ElementsAre("server"));
  ASSERT_TRUE(tables.listeners);
  EXPECT_TRUE(tables.listeners->exact);
  EXPECT_THAT(tables.listeners->has, IsEmpty());
  EXPECT_FALSE(tables.ehash);
  EXPECT_FALSE(tables.bound);
}

TEST(TablesStep, ReadsEveryFieldOfARow) {
  const auto tables = last<Tables>(srv + R"(  - tables:
      host: [client, server]
      ehash:
        - {socket: srv, state: SYN-RECEIVED, kind: request, local: "server:80",
           remote: "client:0"}
        - {state: TIME-WAIT, kind: timewait}
      bound: [{role: listening, local: "any:80"}]
      listeners: [{accept_queue: 3}]
)");
  EXPECT_THAT(tables.hosts, ElementsAre("client", "server"));
  ASSERT_THAT(tables.ehash->has, SizeIs(2));
  const ExpectedRow& row = tables.ehash->has.front();
  EXPECT_EQ(row.socket, "srv");
  EXPECT_EQ(row.state, TcpState::syn_received);
  EXPECT_EQ(row.kind, Kind::request);
  EXPECT_EQ(row.local, (Place{"server", 80}));
  EXPECT_EQ(row.remote, (Place{"client", 0}));
  EXPECT_EQ(row.at.line, 12);
  EXPECT_EQ(tables.ehash->has.back().socket, "");
  EXPECT_EQ(tables.bound->has.front().role, Role::listening);
  EXPECT_EQ(tables.listeners->has.front().accept_queue, 3U);
}

TEST(LookupStep, ReadsEveryField) {
  const auto lookup = last<Lookup>(srv + R"(  - lookup:
      host: server
      from: "client:40000"
      to: "server:8888"
      device: eth0
      ehash: miss
      exact: skipped
      wildcard: hit
      bind: hit
      verdict: CONN-REQUEST
      socket: srv
      state: LISTEN
)");
  EXPECT_EQ(lookup.from, (Place{"client", 40000}));
  EXPECT_EQ(lookup.to, (Place{"server", 8888}));
  EXPECT_EQ(lookup.device, "eth0");
  EXPECT_EQ(lookup.ehash, LookupResult::miss);
  EXPECT_EQ(lookup.exact, LookupResult::skipped);
  EXPECT_EQ(lookup.wildcard, LookupResult::hit);
  EXPECT_EQ(lookup.bind, LookupResult::hit);
  EXPECT_EQ(lookup.verdict, LookupVerdict::conn_request);
  EXPECT_EQ(lookup.socket, "srv");
  EXPECT_EQ(lookup.state, TcpState::listen);
}

TEST(PacketsStep, ReadsSegments) {
  const auto packets = last<Packets>(R"(  - packets:
      host: client
      are: ["client > server S", "server > client S. seq 0 ack 1 length 0"]
)");
  EXPECT_EQ(packets.mode, Packets::Mode::exact);
  ASSERT_THAT(packets.segments, SizeIs(2));
  EXPECT_EQ(packets.segments[0].from, (Place{"client"})) << "any port";
  EXPECT_EQ(packets.segments[0].to, (Place{"server"}));
  EXPECT_EQ(packets.segments[0].flags.str(), "S");
  EXPECT_EQ(packets.segments[0].sequence, std::nullopt);
  EXPECT_EQ(packets.segments[1].flags.str(), "S.");
  EXPECT_EQ(packets.segments[1].sequence, Number{0});
  EXPECT_EQ(packets.segments[1].acknowledgment, Number{1});
  EXPECT_EQ(packets.segments[1].length, Number{0});
}

TEST(PathStep, ReadsSegmentAndEvents) {
  const auto path = last<Path>(srv + R"(  - path:
      host: server
      segment: "client:40000 > server S"
      passes:
        - __inet_lookup_established miss by tcp_v4_early_demux
        - inet_lhash2_lookup hit wildcard LISTEN of srv
        - tcp_rcv_state_process SYN-SENT > SYN-RECEIVED of srv
        - tcp_v4_send_reset NO_SOCKET no-socket
      never: kfree_skb
      answer: R.
)");
  EXPECT_EQ(path.host, "server");
  EXPECT_EQ(path.segment->from, (Place{"client", 40000}));
  EXPECT_EQ(path.segment->to, (Place{"server", 0})) << "any port";
  EXPECT_EQ(path.segment->flags, TcpFlags::parse("S"));
  ASSERT_THAT(path.passes, SizeIs(4));
  EXPECT_EQ(path.passes[0].outcome, TraceOutcome::miss);
  EXPECT_EQ(path.passes[0].caller, "tcp_v4_early_demux");
  EXPECT_EQ(path.passes[0].at.line, 13);
  EXPECT_EQ(path.passes[1].detail, TraceDetail::wildcard);
  EXPECT_EQ(path.passes[1].outcome, TraceOutcome::hit);
  EXPECT_EQ(path.passes[1].state, TcpState::listen);
  EXPECT_EQ(path.passes[1].state_after, std::nullopt);
  EXPECT_EQ(path.passes[1].socket, "srv");
  EXPECT_EQ(path.passes[2].state, TcpState::syn_sent);
  EXPECT_EQ(path.passes[2].state_after, TcpState::syn_received);
  EXPECT_EQ(path.passes[3].reason, "NO_SOCKET");
  EXPECT_EQ(path.passes[3].outcome, TraceOutcome::no_socket);
  ASSERT_THAT(path.never, SizeIs(1));
  EXPECT_EQ(path.never[0].event, KernelFunction::drop);
  EXPECT_EQ(path.answer, TcpFlags::parse("R."));
  EXPECT_FALSE(path.unanswered);
}

TEST(PathStep, MayBeAboutAnUnansweredSegmentOrAWholeHost) {
  const auto unanswered =
      last<Path>("  - path: {host: lonely, segment: \"loopback > loopback R\", answer: none}\n");
  EXPECT_TRUE(unanswered.unanswered);
  EXPECT_EQ(unanswered.answer, std::nullopt);
  const auto whole = last<Path>("  - path: {host: server, never: [tcp_v4_send_reset]}\n");
  EXPECT_EQ(whole.segment, std::nullopt);
}

// "socket" is an outcome: a RST is sent for a segment that had a socket.
TEST(PathStep, DistinguishesOutcomesAndSockets) {
  const auto path =
      last<Path>(srv + "  - path: {host: server, never: tcp_v4_send_reset socket of srv}\n");
  EXPECT_EQ(path.never[0].outcome, TraceOutcome::socket);
  EXPECT_EQ(path.never[0].socket, "srv");
}

TEST(PacketsStep, DistinguishesExactFromFirst) {
  EXPECT_EQ(last<Packets>("  - packets: {host: client, are: []}\n").mode, Packets::Mode::exact);
  EXPECT_EQ(last<Packets>("  - packets: {host: lonely, begin: [\"loopback > loopback S\"]}\n").mode,
            Packets::Mode::begin);
  EXPECT_EQ(last<Packets>("  - packets: {host: lonely, has: [\"loopback > loopback S\"]}\n").mode,
            Packets::Mode::has);
}

TEST(NoRetransmissionStep, TakesNoKeys) {
  EXPECT_NO_THROW(last<NoRetransmission>("  - no-retransmission:\n"));
  EXPECT_NO_THROW(last<NoRetransmission>("  - no-retransmission: {}\n"));
}

}  // namespace
}  // namespace lab::parser
