// SPDX-License-Identifier: MIT
//
// The steps beyond those of scenario_parser_test.cpp: how each is written, and
// what is said of each that is wrong.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <poll.h>

#include <cerrno>

#include "unit/scenario/text.hpp"

namespace lab::scenario {
namespace {

using testing::ElementsAre;

template <typename Verb>
Verb last(const std::string& steps) {
  return std::get<Verb>(parse(with_steps(steps), "x.yaml").steps.back().action);
}

const std::string cli = "  - socket: {name: cli, host: client}\n";
const std::string web =
    "  - exec: {host: server, name: web, run: [hello-server, 80], background: true}\n";

struct Mistake {
  std::string steps;
  std::string message;
};
void expect_each(const std::vector<Mistake>& mistakes) {
  for (const auto& [steps, message] : mistakes)
    EXPECT_EQ(error_of(with_steps(steps)), "x.yaml:" + message) << steps;
}

TEST(Options, AreSetAndStated) {
  const auto set =
      last<SetOption>(cli + "  - setsockopt: {socket: cli, option: TCP_SYNCNT, value: 1}\n");
  EXPECT_EQ(set.option, "TCP_SYNCNT");
  EXPECT_EQ(set.value, 1);
  EXPECT_EQ(last<GetOption>(cli + "  - getsockopt: {socket: cli, option: SO_ERROR, value: "
                                  "ECONNREFUSED}\n")
                .value,
            ECONNREFUSED);
  expect_each({
      {cli + "  - setsockopt: {socket: cli, option: TCP_SYNCOUNT, value: 1}\n",
       "9:39: there is no socket option \"TCP_SYNCOUNT\"; did you mean \"TCP_SYNCNT\" or "
       "\"TCP_CORK\" or \"TCP_KEEPCNT\"?"},
      {cli + "  - setsockopt: {socket: cli, option: TCP_SYNCNT, value: one}\n",
       "9:58: value is \"one\"; write a number from -2147483648 to 2147483647"},
  });
  EXPECT_EQ(last<SetOption>(
                cli + "  - setsockopt: {socket: cli, option: TCP_CONGESTION, value: reno}\n")
                .name,
            "reno");
}

TEST(Receive, ExpectsOneThing) {
  EXPECT_TRUE(last<Receive>(cli + "  - receive: {socket: cli, end: true}\n").end);
  EXPECT_EQ(last<Receive>(cli + "  - receive: {socket: cli, error: ECONNRESET}\n").error,
            ECONNRESET);
  expect_each({
      {cli + "  - receive: {socket: cli}\n",
       "9:14: receive expects nothing; write data: Hello, bytes: 5, end: true or error: ECONNRESET"},
      {cli + "  - receive: {socket: cli, data: x, end: true}\n",
       "9:14: receive expects one thing at a time; keep one of data, bytes, end and error"},
  });
}

TEST(Accept, AcceptsSeveralListenersAndNamesTheWinner) {
  const std::string group =
      "  - socket: {name: one, host: server}\n  - listen: {socket: one}\n"
      "  - socket: {name: two, host: server}\n  - listen: {socket: two}\n"
      "  - accept: {socket: [one, two], name: conn, winner: chosen}\n";
  EXPECT_THAT(last<Accept>(group).sockets, ElementsAre("one", "two"));
  EXPECT_EQ(last<Accept>(group + "  - accept: {socket: chosen, name: again}\n").sockets.front(),
            "chosen");
}

TEST(Info, RequiresAnExpectation) {
  const auto info = last<Info>(
      cli + "  - info: {socket: cli, state: ESTABLISHED, has: timestamps, retransmissions: 1}\n");
  EXPECT_EQ(info.state, TcpState::established);
  EXPECT_THAT(info.has, ElementsAre("timestamps"));
  EXPECT_EQ(info.retransmissions, 1U);
  expect_each({
      {cli + "  - info: {socket: cli}\n",
       "9:11: info states nothing; write state: ESTABLISHED, has: [timestamps] or the like"},
      {cli + "  - info: {socket: cli, has: [timestamp]}\n",
       "9:31: there is no TCP_INFO option \"timestamp\"; did you mean \"timestamps\"?"},
  });
}

TEST(HostSteps, AreChecked) {
  EXPECT_FALSE(last<SetLink>("  - link: {host: client, device: eth0, state: down}\n").up);
  EXPECT_TRUE(last<Nftables>("  - nftables: {host: client, flush: true}\n").flush);
  expect_each({
      {"  - link: {host: client, device: eth1, state: down}\n",
       "8:34: host \"client\" has no interface \"eth1\"; did you mean \"eth0\"?"},
      {"  - nftables: {host: client}\n",
       "8:15: nftables needs one of two keys: write rules: or flush: true"},
      {"  - sysctl: {host: client, set: {kernel.panic: 1}}\n",
       "8:34: \"kernel.panic\" is not a sysctl of a host; write one that begins with net., such as "
       "net.ipv4.tcp_syncookies"},
  });
}

TEST(Inject, ReadsSegmentsLikeExpectedOnes) {
  const auto inject = last<Inject>(
      "  - inject: {host: client, data: Hello, segment: \"client:1 > server:2 S. seq 3 ack 4 win 5 "
      "mss 1460 wscale 7 sackOK ts 100:0 fastopen 0011223344556677\"}\n");
  const InjectedSegment& segment = *inject.segment;
  EXPECT_EQ(segment.from, (Place{"client", 1}));
  EXPECT_EQ(segment.to, (Place{"server", 2}));
  EXPECT_EQ(segment.flags.str(), "S.");
  EXPECT_EQ(segment.sequence, Number{3});
  EXPECT_EQ(segment.acknowledgment, Number{4});
  EXPECT_EQ(segment.window, Number{5});
  EXPECT_EQ(segment.mss, 1460);
  EXPECT_EQ(segment.wscale, 7);
  EXPECT_TRUE(segment.sack);
  EXPECT_EQ(segment.timestamps, (std::array{Number{100}, Number{0}}));
  EXPECT_EQ(segment.fastopen_cookie, "0011223344556677");
  const auto error = last<Inject>(
      "  - inject: {host: server, icmp: port-unreachable, about: \"client > server:2 S\"}\n");
  EXPECT_EQ(error.icmp, "port-unreachable");
  EXPECT_EQ(error.about->from, (Place{"client"}));
}

TEST(Inject, HasEveryFieldAndOption) {
  const std::string text =
      "client:1 > server:2 - seq 3 <mss 1460,sackOK,ts 1:+2,nop,wscale 7,sack 0:1 2:3,eol> urg 4 "
      "tos 16 ttl 9";
  const auto inject = last<Inject>("  - inject: {host: client, segment: \"" + text + "\"}\n");
  EXPECT_EQ(inject.segment->flags, TcpFlags{});
  EXPECT_EQ(describe(*inject.segment), text);
  const std::string others =
      "client:1 > server:2 S seq 0 <md5 000102030405060708090a0b0c0d0e0f,kind 253 "
      "abcd,fastopen-exp 01,fastopen request>";
  EXPECT_EQ(describe(*last<Inject>("  - inject: {host: client, segment: \"" + others + "\"}\n")
                          .segment),
            others);
  EXPECT_EQ(last<Inject>("  - inject: {host: client, segment: \"client:1 > server:2 S ect0 tos 18\"}\n")
                .segment->tos,
            18);
  const auto error = last<Inject>(
      "  - inject: {host: server, icmp: type 3 code 4, mtu: 600, rawseq: 5, about: \"client > "
      "server:2 S\"}\n");
  EXPECT_EQ(error.icmp, "type 3 code 4");
  EXPECT_EQ(error.mtu, 600);
  EXPECT_EQ(error.quoted, Number{5});
  EXPECT_TRUE(error.raw_quoted);
}

TEST(Inject, IsChecked) {
  const auto of = [](const std::string& segment) {
    return "  - inject: {host: client, segment: \"" + segment + "\"}\n";
  };
  expect_each({
      {"  - inject: {host: client}\n", "8:13: inject needs segment:, or icmp: and about:"},
      {"  - inject: {host: client, icmp: port-unreachable}\n",
       "8:13: an ICMP error needs a segment; write icmp: and about:"},
      {"  - inject: {host: client, icmp: port-closed, about: \"client > server S\"}\n",
       "8:34: there is no ICMP error \"port-closed\"; choose one of net-unreachable, "
       "host-unreachable, protocol-unreachable, port-unreachable, frag-needed, admin-prohibited"},
      {of("client > server:1 S"),
       "8:37: an injected segment needs a port at each end; write client:8888"},
      {of("client:1 > server:1 S ack 1"),
       "8:37: a segment without ACK acknowledges nothing; add \".\" to the flags or remove ack"},
      {of("client:1 > server:1 S ts 1"), "8:37: ts is a value and an echo; write ts 100:0"},
      {of("client:1 > server:1 S fastopen 123"),
       "8:37: fastopen \"123\": write at most 38 bytes as hexadecimal digits, two a byte"},
      {of("client:1 > server:1 S mss 1 <mss 1>"),
       "8:37: a list in < > has all options; move mss, wscale, sackOK, ts, sack and fastopen into it"},
      {of("client:1 > server:1 S <mss>"), "8:37: the option mss needs a value; write mss 1"},
      {of("client:1 > server:1 S <mss 1,,nop>"),
       "8:37: an option of the list is missing; write <mss 1460,sackOK>, or <> for none"},
      {of("client:1 > server:1 S <md5 00>"), "8:37: the option md5 has 16 bytes, not 1"},
      {of("client:1 > server:1 S <sack 0:1 2:3 4:5 6:7,ts 1:2>"),
       "8:37: the options take 44 bytes; a TCP header has room for 40"},
      {of("client:1 > server:1 S <mss 1"),
       "8:37: \"client:1 > server:1 S <mss 1\": write one list of options, as in <mss 1460,sackOK>"},
      {of("client:1 > server:1 S ect0 ce"), "8:37: ECN occurs twice; keep one"},
      {"  - inject: {host: client, icmp: type 3, about: \"client > server S\"}\n",
       "8:34: \"type 3\" is not an ICMP error; by its numbers it is written type 3 code 9"},
      {"  - inject: {host: client, icmp: type 3 code 256, about: \"client > server S\"}\n",
       "8:34: \"type 3 code 256\": type and code are numbers from 0 to 255"},
      {"  - inject: {host: client, segment: \"client:1 > server:1 S\", mtu: 600}\n",
       "8:67: seq, rawseq and mtu are of an ICMP error; write icmp: and about:, or the numbers in "
       "segment:"},
      {of("client:1 > server:1 S seq 1 rawseq 2"), "8:37: seq occurs twice; keep one"},
      {of("client:1 > server:1 S mss 70000"), "8:37: mss is a number from 0 to 65535"},
      {of("client:1 > server:1 S seq"),
       "8:37: \"client:1 > server:1 S seq\" ends with \"seq\"; write a number after it"},
  });
}

TEST(Values, AreNamedBeforeTheyAreUsed) {
  const std::string port = cli + "  - let: {name: port, socket: cli, field: local-port}\n";
  const auto bind = last<Bind>(port +
                               "  - socket: {name: s, host: client}\n"
                               "  - bind: {socket: s, to: \"any:$port+1\"}\n");
  EXPECT_EQ(bind.to.port, (Number{1, "port"}));
  const auto packets = last<Packets>(
      "  - let: {name: isn, host: server, segment: \"client > server S\", field: seq}\n"
      "  - packets: {host: server, has: [\"client:1 > server S rawseq $isn-1\"]}\n");
  EXPECT_EQ(packets.segments[0].sequence, (Number{-1, "isn"}));
  EXPECT_TRUE(packets.segments[0].raw_sequence);
  expect_each({
      {cli + "  - bind: {socket: cli, to: \"any:$port\"}\n",
       "9:29: no earlier step defines the value \"port\"; there is none; write \"let: "
       "{name: port, ...}\" above this step"},
      {cli + "  - let: {name: server, socket: cli, field: local-port}\n",
       "9:17: $server is the address of a host; choose another name"},
      {cli + "  - let: {name: port, socket: cli, field: seq}\n",
       "9:43: a socket has no seq; choose one of local-port, remote-port"},
      {cli + "  - let: {name: port, socket: cli, host: client, field: local-port}\n",
       "9:10: let takes a value from a socket or from a segment seen at a host; write socket:, or "
       "host: and segment:"},
  });
}

TEST(Programs, RunAndAreAwaited) {
  const auto exec = last<Exec>(
      "  - exec: {host: client, run: [knock, \"$server:80\"], exit: 1, "
      "contains: refused}\n");
  EXPECT_THAT(exec.run, ElementsAre("knock", "$server:80"));
  EXPECT_EQ(exec.exit, 1);
  EXPECT_THAT(exec.contains, ElementsAre("refused"));
  EXPECT_EQ(last<Await>(web + "  - await: {program: web, output: listening}\n").output,
            "listening");
  EXPECT_EQ(last<Await>(web + "  - await: {program: web, exit: 0}\n").exit, 0);
  EXPECT_EQ(last<Stop>(web + "  - stop: {program: web}\n").signal, "SIGTERM");
  expect_each({
      {"  - exec: {host: client, run: [knock, \"$servr:80\"]}\n",
       "8:39: $servr is neither a host nor a value that an earlier step defines: "
       "\"servr\"; did you mean \"server\"?"},
      {"  - exec: {host: client, run: x, background: true}\n",
       "8:11: exec lacks \"name\"; write {host: server, run: [hello-server, \"8888\"]}"},
      {"  - exec: {host: client, run: x, name: y, background: true, exit: 1}\n",
       "8:11: a program in the background has not ended after this step; check its output or exit "
       "code with await:"},
      {web + "  - await: {program: wed, output: x}\n",
       "9:22: no program runs in the background as \"wed\"; did you mean \"web\"?"},
      {web + "  - await: {program: web}\n",
       "9:12: await for a program needs output: or exit:, not both"},
      {"  - await: {}\n", "8:12: await needs exactly one of program:, socket: and dropped:"},
      {cli + "  - await: {socket: cli}\n",
       "9:12: await for a socket needs an event; write event: readable"},
  });
}

TEST(Poll, AcceptsTheEventsOfPoll) {
  const auto poll = last<Poll>(cli + "  - poll: {socket: cli, events: [in, rdhup], lacks: hup}\n");
  EXPECT_THAT(poll.events, ElementsAre(POLLIN, POLLRDHUP));
  EXPECT_THAT(poll.lacks, ElementsAre(POLLHUP));
  EXPECT_EQ(describe(poll), "poll of cli reports POLLIN, POLLRDHUP without POLLHUP");
  const auto none = last<Poll>(cli + "  - poll: {socket: cli, events: []}\n");
  EXPECT_EQ(describe(none), "poll of cli reports no event");
  expect_each({
      {cli + "  - poll: {socket: cli, events: [inn]}\n",
       "9:34: there is no event of poll(2) \"inn\"; did you mean \"in\"?"},
      {cli + "  - poll: {socket: cli, events: [], lacks: in}\n",
       "9:11: events: [] already excludes all events; remove lacks:"},
  });
}

TEST(Poll, HoldsWhenAllEventsAreReportedAndNoneThatItLacks) {
  const Poll poll{"cli", {POLLIN, POLLOUT}, {POLLHUP}};
  EXPECT_TRUE(poll.holds(POLLIN | POLLOUT));
  EXPECT_TRUE(poll.holds(POLLIN | POLLOUT | POLLRDHUP));
  EXPECT_FALSE(poll.holds(POLLIN));
  EXPECT_FALSE(poll.holds(POLLIN | POLLOUT | POLLHUP));
  const Poll none{"cli", {}, {}};
  EXPECT_TRUE(none.holds(0));
  EXPECT_FALSE(none.holds(POLLOUT));
}

TEST(Wait, RequiresATimeAndAReason) {
  const auto wait = last<Wait>("  - wait: {for: 300ms, because: \"nothing is sent\"}\n");
  EXPECT_EQ(wait.duration, std::chrono::milliseconds(300));
  EXPECT_EQ(wait.because, "nothing is sent");
  EXPECT_EQ(describe(wait), "wait 300 ms: nothing is sent");
  expect_each({
      {"  - wait: {for: 300ms}\n",
       "8:11: wait lacks \"because\"; write {for: 300ms, because: \"a delayed ACK takes up to "
       "200 ms\"}"},
      {"  - wait: {for: 300, because: x}\n",
       "8:17: for is \"300\"; write a time from 1ms to 600s, such as 500ms or 5s"},
  });
}

TEST(Tables, StateSomeRowsOrAll) {
  const auto tables = last<Tables>(
      "  - tables: {host: server, witness: module, ehash: {has: [{state: ESTABLISHED}], lacks: "
      "[{state: TIME-WAIT}]}}\n");
  EXPECT_EQ(tables.witness, Witness::module);
  EXPECT_FALSE(tables.ehash->exact);
  EXPECT_EQ(tables.ehash->has[0].state, TcpState::established);
  EXPECT_EQ(tables.ehash->lacks[0].state, TcpState::time_wait);
  expect_each({
      {"  - tables: {host: server, ehash: {}}\n",
       "8:35: a table states nothing; write has: [...], lacks: [...], or the list of all its rows"},
      {cli + "  - tables: {host: server, ehash: {lacks: [{socket: cli}]}}\n",
       "9:53: socket \"cli\" is on host \"client\", whose tables this step does not check; add the "
       "host"},
  });
}

// Fields that no header can hold, and two statements that exclude each other.
TEST(Segments, FitIntoTheirHeaders) {
  const auto expected = [](const std::string& segment) {
    return "  - packets: {host: client, has: [\"" + segment + "\"]}\n";
  };
  const auto injected = [](const std::string& segment) {
    return "  - inject: {host: client, segment: \"" + segment + "\"}\n";
  };
  const std::string seen = "client > server S ", sent = "client:1 > server:2 S ";
  const std::pair<const char*, int> largest[] = {{"win", 65535}, {"mss", 65535}, {"wscale", 255},
                                                 {"urg", 65535}, {"tos", 255},   {"ttl", 255}};
  for (const auto& [word, most] : largest) {
    const std::string fits = fmt::format("{} {}", word, most);
    const std::string large = fmt::format("{} {}", word, most + 1);
    const std::string wrong = fmt::format("{} is a number from 0 to {}", word, most);
    EXPECT_NO_THROW(last<Packets>(expected(seen + fits)));
    EXPECT_NO_THROW(last<Inject>(injected(sent + fits)));
    EXPECT_EQ(error_of(with_steps(expected(seen + large))), "x.yaml:8:35: " + wrong);
    EXPECT_EQ(error_of(with_steps(injected(sent + large))), "x.yaml:8:37: " + wrong);
  }
  expect_each({
      {expected(seen + "tos 16 ect0"),
       "8:35: the ECN bits of tos 16 are noect, not ect0; keep one of the two"},
      {injected(sent + "ce tos 18"),
       "8:37: the ECN bits of tos 18 are ect0, not ce; keep one of the two"},
      {expected("client > server S <fastopen any>"),
       "8:35: in a list of options, fastopen without a cookie is any; remove any"},
      {injected(sent + "<fastopen any>"),
       "8:37: fastopen any is no cookie; write its hexadecimal digits"},
  });
}

TEST(IcmpErrors, AreNamedOrNumbered) {
  const auto expected = [](const std::string& error) {
    return "  - packets: {host: client, has: [\"server > client icmp" + error + "\"]}\n";
  };
  EXPECT_EQ(last<Packets>(expected(" type 3 code 9 seq 1")).segments[0].icmp, "type 3 code 9");
  expect_each({
      {expected(""), "8:35: icmp needs the name of an error, or its numbers; write icmp "
                     "port-unreachable or icmp type 3 code 9"},
      {expected(" type 3"),
       "8:35: \"type 3\" is not an ICMP error; by its numbers it is written type 3 code 9"},
      {expected(" type 3 seq 9"),
       "8:35: \"type 3 seq 9\" is not an ICMP error; by its numbers it is written type 3 code 9"},
      {expected(" type 3 code 256"),
       "8:35: \"type 3 code 256\": type and code are numbers from 0 to 255"},
      {expected(" port-unreachable mtu 600"),
       "8:35: the ICMP error port-unreachable reports no MTU; remove mtu, or write frag-needed"},
      {"  - inject: {host: server, icmp: type 3 code 9, mtu: 600, about: \"client > server:2 S\"}\n",
       "8:54: the ICMP error type 3 code 9 reports no MTU; remove mtu, or write frag-needed"},
  });
}

TEST(Packets, CompareEveryFieldAndWhatFollows) {
  const std::string text =
      "client > server S <mss,sackOK,ts +0:0,nop,wscale> urg 0 tos 2 ttl 64 ect0";
  const auto packets =
      last<Packets>("  - packets: {host: client, are: [\"" + text + "\"], then: nothing}\n");
  EXPECT_TRUE(packets.nothing_more);
  EXPECT_EQ(describe(packets.segments[0]), text);
  EXPECT_EQ(describe(last<Packets>("  - packets: {host: client, has: [\"client > server S fastopen "
                                   "any\", \"server > client icmp type 3 code 4 mtu 600 seq 0\"]}\n")),
            "packets at client have: client > server S fastopen any, server > client icmp type 3 "
            "code 4 mtu 600 seq 0");
  const std::string ended = "  - packets: {host: client, are: [], then: nothing}\n";
  expect_each({
      {ended + "  - packets: {host: client, are: []}\n",
       "9:14: an earlier step says that nothing more is seen at \"client\"; write then: nothing in "
       "the last packets step at that host"},
      {"  - packets: {host: client, has: [\"client > server S\"], then: nothing}\n",
       "8:63: then: nothing is about what follows these segments; write are: or begin: beside it"},
  });
}

TEST(Packets, CompareOptionsAndIcmp) {
  const auto packets = last<Packets>(
      "  - packets: {host: client, has: [\"client:1 > server S win 0 mss 1460 wscale 7 nosackOK "
      "ts\"], never: [\"server > client icmp port-unreachable\"]}\n");
  const ExpectedSegment& segment = packets.segments[0];
  EXPECT_EQ(segment.from, (Place{"client", 1}));
  EXPECT_EQ(segment.window, Number{0});
  EXPECT_EQ(segment.mss, Number{1460});
  EXPECT_EQ(segment.wscale, Number{7});
  EXPECT_EQ(segment.sack, false);
  EXPECT_EQ(segment.timestamps, true);
  EXPECT_EQ(packets.never[0].icmp, "port-unreachable");
  EXPECT_EQ(last<Packets>("  - packets: {host: client, has: [\"client > server . sack 0:1\"]}\n")
                .segments[0]
                .sack_block,
            (std::array{Number{0}, Number{1}}));
  expect_each({
      {"  - packets: {host: client, are: [\"server > client icmp port-unreachable\"]}\n",
       "8:35: \"are\" counts TCP segments; expect ICMP errors with has: or never:"},
      {"  - packets: {host: client, has: [\"server > client . sack 1\"]}\n",
       "8:35: sack is the first byte of a block and the byte after it; write sack 0:1"},
      {"  - packets: {host: client, has: [\"server > client S sack 0:1\"]}\n",
       "8:35: a segment without ACK acknowledges nothing; add \".\" to the flags or remove ack"},
      {"  - packets: {host: client, has: [\"server > client S sackOK nosackOK\"]}\n",
       "8:35: sackOK occurs twice; keep one"},
  });
}

TEST(When, RequiresAReasonForAKernelCondition) {
  const Scenario scenario = parse(
      with_steps("  - ping: {from: client, to: server}\n"
                 "    when: {family: ipv6, kernel: \">=6.8 <6.12\", because: \"Of a commit.\"}\n"),
      "x.yaml");
  const Condition& when = *scenario.steps[0].when;
  EXPECT_THAT(when.families, ElementsAre(Family::inet6));
  EXPECT_EQ(when.kernel, ">=6.8 <6.12");
  EXPECT_EQ(when.because, "Of a commit.");
  const std::string ping = "  - ping: {from: client, to: server}\n";
  expect_each({
      {ping + "    when: {kernel: \">=6.8\"}\n",
       "9:11: a condition on the kernel needs a reason; write because: \"...\""},
      {ping + "    when: {}\n",
       "9:11: this condition is empty; write, for example, kernel: \">=6.8\""},
      {ping + "    when: {feature: netm, because: x}\n",
       "9:21: there is no feature \"netm\"; did you mean \"netem\" or \"veth\"?"},
  });
  EXPECT_THAT(error_of(with_steps(ping + "    when: {kernel: new, because: x}\n")),
              testing::StartsWith("x.yaml:9:20: "));
}

std::string with_topology(const std::string& topology) {
  return "name: x\ntitle: t\ntopology:\n" + topology + "steps: [{no-retransmission: }]\n";
}

TEST(Topology, HasRoutersHostsWithoutAStackAndNames) {
  const Scenario scenario = parse(with_topology(R"(  hosts:
    a: {gateway: r, addresses: {second: eth0}}
    r: {forwards: true, nftables: "table inet t {}", vrfs: {red: [eth1]}}
    b: {stack: none, routes: [{to: a, via: r}]}
  links:
    - {endpoints: ["a:eth0", "r:eth0"], delay: 10ms, loss: 5, mtu: 1400}
    - {endpoints: ["r:eth1", "b:eth0"], addresses: {ipv4: [10.9.0.1, 10.9.0.2]}}
)"),
                                  "x.yaml");
  const auto& hosts = scenario.hosts;
  EXPECT_EQ(hosts[0].routes[0].via, "r");
  EXPECT_EQ(hosts[0].routes[0].to, "");
  EXPECT_EQ(hosts[0].addresses.at("second"), "eth0");
  EXPECT_TRUE(hosts[1].forwards);
  EXPECT_THAT(hosts[1].vrfs.at("red"), ElementsAre("eth1"));
  EXPECT_EQ(hosts[2].stack, Stack::none);
  EXPECT_EQ(hosts[2].routes[0].to, "a");
  EXPECT_EQ(scenario.links[0].delay.count(), 10);
  EXPECT_EQ(scenario.links[0].loss, 5);
  EXPECT_EQ(scenario.links[0].mtu, 1400);
  EXPECT_EQ(scenario.links[1].addresses.at(Family::inet)[1].str(), "10.9.0.2");
}

TEST(Topology, IsCheckedAsAWhole) {
  const std::string link = "  links: [{endpoints: [\"a:eth0\", \"b:eth0\"]}]\n";
  const std::vector<std::pair<std::string, std::string>> mistakes = {
      {"  hosts: {a: {gateway: c}, b: }\n" + link,
       "4:24: there is no host \"c\"; did you mean \"a\" or \"b\"?"},
      {"  hosts: {a: {gateway: c}, b: , c: }\n" + link,
       "4:24: \"a\" has no link to \"c\", so a route cannot go through it"},
      {"  hosts: {a: {addresses: {second: eth1}}, b: }\n" + link,
       "4:11: host \"a\" has no interface \"eth1\"; did you mean \"eth0\"?"},
      {"  hosts: {a: {stack: non}, b: }\n" + link,
       "4:22: there is no stack \"non\"; did you mean \"none\"?"},
      {"  hosts: {a: , b: }\n  links:\n"
       "    - {endpoints: [\"a:e\", \"b:e\"], addresses: {ipv4: [10.9.0.1, 10.9.0.1]}}\n",
       "6:7: 10.9.0.1 is the address of a:e and of b:e; give each its own"},
      {"  hosts: {a: , b: }\n  links:\n"
       "    - {endpoints: [\"a:e\", \"b:e\"], addresses: {ipv4: [\"fd00::1\", 10.9.0.1]}}\n",
       "6:54: \"fd00::1\" is not an IPv4 address"},
      {"  hosts: {a: , b: }\n  links: [{endpoints: [\"a:e\", \"b:e\"], loss: 101}]\n",
       "5:45: loss is \"101\"; write a number from 0 to 100"},
  };
  for (const auto& [topology, message] : mistakes)
    EXPECT_EQ(error_of(with_topology(topology)), "x.yaml:" + message) << topology;
}

}  // namespace
}  // namespace lab::scenario
