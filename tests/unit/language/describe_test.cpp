// SPDX-License-Identifier: MIT
#include <gmock/gmock.h>

#include <cerrno>

#include "language/reading.hpp"
#include "language/step_facts.hpp"

namespace lab::language {

using scenario::Accept;
using scenario::Bind;
using scenario::Close;
using scenario::Connect;
using scenario::Connected;
using scenario::ExpectedRow;
using scenario::ExpectedSegment;
using scenario::ExpectedTable;
using scenario::Hold;
using scenario::InjectedSegment;
using scenario::Listen;
using scenario::Mark;
using scenario::NoRetransmission;
using scenario::Number;
using scenario::OpenSocket;
using scenario::Packets;
using scenario::Path;
using scenario::PathEvent;
using scenario::Ping;
using scenario::Place;
using scenario::Receive;
using scenario::Release;
using scenario::Scenario;
using scenario::Send;
using scenario::Tables;

namespace {

TEST(Describe, DescribesSteps) {
  EXPECT_EQ(describe(OpenSocket{"srv", "server", {}, true, true, false, "eth0"}),
            "open socket srv on server, SO_REUSEADDR, SO_REUSEPORT, IPV6_V6ONLY off, "
            "SO_BINDTODEVICE eth0");
  EXPECT_EQ(describe(Bind{"srv", {"any", 8888}, 0}), "bind srv to any:8888");
  EXPECT_EQ(describe(Listen{"srv", 1, EADDRINUSE}),
            "listen on srv, backlog 1, expecting EADDRINUSE");
  EXPECT_EQ(describe(Connect{"left", {"b", 40001}, true, ECONNREFUSED}),
            "connect left to b:40001, expecting ECONNREFUSED");
  EXPECT_EQ(describe(Connect{"left", {"b", 40001}, false, EINPROGRESS}),
            "connect left to b:40001 without waiting");
  EXPECT_EQ(describe(Connect{"left", {"b", 40001}, false, ENETUNREACH}),
            "connect left to b:40001 without waiting, expecting ENETUNREACH");
  EXPECT_EQ(describe(Connected{"left", 0}), "wait for the outcome of left's connect");
  EXPECT_EQ(describe(Accept{{"srv"}, "conn", ""}), "accept conn from srv");
  EXPECT_EQ(describe(Close{"srv", false}), "close srv");
  EXPECT_EQ(describe(Close{"srv", true}), "abort srv");
  EXPECT_EQ(describe(Ping{"a", "b"}), "ping b from a");
  EXPECT_EQ(describe(Hold{"a"}), "hold what a sends");
  EXPECT_EQ(describe(Mark{"a"}), "mark what a holds so far");
  EXPECT_EQ(describe(Release{"a", true}), "release what a holds up to the mark");
  EXPECT_EQ(describe(Release{"a", false}), "release all that a holds");
  EXPECT_EQ(describe(NoRetransmission{}), "no segment was sent twice");
}

TEST(Describe, QuotesDataAndTruncatesIt) {
  EXPECT_EQ(describe(Send{"s", "Hello\n", true, 0}), "send \"Hello\\x0a\" on s");
  EXPECT_EQ(describe(Receive{"s", std::string(49, 'x') + "y", false, 0}),
            "receive \"" + std::string(40, 'x') + "...\" (50 bytes) on s");
}

TEST(Describe, ListsWhatTheTablesMustShow) {
  ExpectedRow row;
  row.socket = "srv";
  row.state = TcpState::closed;
  row.role = Role::nothing;
  row.local = Place{"any", 8888};
  Tables tables;
  tables.hosts = {"a", "b"};
  tables.listeners.emplace();
  tables.bound = ExpectedTable{true, {row, ExpectedRow{}}, {}};
  tables.ehash = ExpectedTable{false, {}, {row}};
  tables.witness = Witness::module;
  EXPECT_EQ(describe(tables),
            "tables of a and b by module: listeners empty, bound [srv, CLOSED, role nothing, local "
            "any:8888; any socket], ehash lacks [srv, CLOSED, role nothing, local any:8888]");
}

TEST(Describe, DescribesSegmentsAsTheLanguageDoes) {
  ExpectedSegment syn_ack;
  syn_ack.from = {"b"};
  syn_ack.to = {"a", 40000};
  syn_ack.flags = *TcpFlags::parse("S.");
  syn_ack.sequence = Number{0};
  syn_ack.acknowledgment = Number{1};
  EXPECT_EQ(describe(syn_ack), "b > a:40000 S. seq 0 ack 1");
  EXPECT_EQ(describe(Packets{"a", Packets::Mode::begin, {syn_ack}, {}}),
            "packets at a begin: b > a:40000 S. seq 0 ack 1");
  EXPECT_EQ(describe(Packets{"a", Packets::Mode::exact, {}, {}}), "packets at a are: none");
  EXPECT_EQ(describe(Packets{"a", Packets::Mode::has, {}, {syn_ack}}),
            "packets at a never: b > a:40000 S. seq 0 ack 1");
  syn_ack.raw_sequence = true;
  syn_ack.sequence = Number{1, "isn"};
  syn_ack.acknowledgment.reset();
  syn_ack.window = Number{0};
  syn_ack.sack = true;
  syn_ack.timestamps = false;
  EXPECT_EQ(describe(syn_ack), "b > a:40000 S. rawseq $isn+1 win 0 sackOK nots");
  syn_ack.sack_block = {{Number{0}, Number{1}}};
  EXPECT_EQ(describe(syn_ack), "b > a:40000 S. rawseq $isn+1 win 0 sackOK nots sack 0:1");
  syn_ack.icmp = "port-unreachable";
  EXPECT_EQ(describe(syn_ack), "b > a:40000 icmp port-unreachable rawseq $isn+1");
}

TEST(Describe, DescribesInjectedSegmentsWithTheirOptions) {
  InjectedSegment syn;
  syn.from = {"a", 40000};
  syn.to = {"b", 8888};
  syn.flags = *TcpFlags::parse("S");
  EXPECT_EQ(describe(syn), "a:40000 > b:8888 S seq 0");
  syn.flags.ack = true;
  syn.raw_acknowledgment = true;
  syn.acknowledgment = Number{1, "isn"};
  syn.window = Number{0};
  syn.mss = 1460;
  syn.sack = true;
  syn.timestamps = {{Number{100}, Number{0, "theirs"}}};
  syn.wscale = 7;
  syn.fastopen_cookie = "";
  EXPECT_EQ(describe(syn),
            "a:40000 > b:8888 S. seq 0 rawack $isn+1 win 0 mss 1460 sackOK ts 100:$theirs wscale 7 "
            "fastopen request");
}

TEST(Describe, DescribesPathsAsTheLanguageDoes) {
  Path path;
  path.host = "b";
  EXPECT_EQ(describe(path), "path of every segment on b");
  path.segment = {{"a", 40000}, {"b"}, *TcpFlags::parse("S"), {}};
  EXPECT_EQ(describe(path), "path of a:40000 > b S on b");

  PathEvent found;
  found.event = KernelFunction::lhash4;
  found.detail = TraceDetail::wildcard;
  found.outcome = TraceOutcome::hit;
  found.state = TcpState::listen;
  found.socket = "srv";
  PathEvent change;
  change.event = KernelFunction::rcv_state;
  change.state = TcpState::syn_sent;
  change.state_after = TcpState::syn_received;
  change.caller = "tcp_v4_rcv";
  path.passes = {found, change};
  path.never = {PathEvent{KernelFunction::send_reset4, {}, {}, "NO_SOCKET", {}, {}, "", "", {}}};
  path.answer = TcpFlags::parse("S.");
  EXPECT_EQ(describe(path),
            "path of a:40000 > b S on b: inet_lhash2_lookup wildcard hit LISTEN of srv, "
            "tcp_rcv_state_process SYN-SENT > SYN-RECEIVED by tcp_v4_rcv, never tcp_v4_send_reset "
            "NO_SOCKET, answered by S.");
  path.answer.reset();
  path.unanswered = true;
  EXPECT_THAT(describe(path), testing::EndsWith(", not answered"));
  EXPECT_EQ(describe(change, Family::inet6),
            "tcp_rcv_state_process SYN-SENT > SYN-RECEIVED by tcp_v6_rcv");
}

TEST(HostOf, FollowsAnAcceptedSocketToItsListener) {
  Scenario scenario;
  OpenSocket listener;
  listener.name = "srv";
  listener.host = "server";
  scenario.steps = {{listener, "", {}, {}}, {Accept{{"srv"}, "conn", "chosen"}, "", {}, {}}};
  EXPECT_EQ(host_of(scenario, "srv"), "server");
  EXPECT_EQ(host_of(scenario, "conn"), "server");
  EXPECT_EQ(host_of(scenario, "chosen"), "server");
  EXPECT_EQ(host_of(scenario, "other"), "");
}

}  // namespace
}  // namespace lab::language
