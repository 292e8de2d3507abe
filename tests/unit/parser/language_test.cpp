// SPDX-License-Identifier: MIT
//
// The steps beyond those of parser_test.cpp: how each is written, and
// what is said of each that is wrong.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <poll.h>

#include <cerrno>

#include "language/step_facts.hpp"
#include "unit/parser/steps_text.hpp"

namespace lab::parser {

using language::describe;
using scenario::Accept;
using scenario::Await;
using scenario::Bind;
using scenario::Exec;
using scenario::GetOption;
using scenario::Info;
using scenario::Nftables;
using scenario::Number;
using scenario::Packets;
using scenario::Poll;
using scenario::Receive;
using scenario::SetLink;
using scenario::SetOption;
using scenario::Stack;
using scenario::Stop;
using scenario::Tables;
using scenario::Wait;

namespace {

using testing::ElementsAre;

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
  EXPECT_EQ(
      last<SetOption>(cli + "  - setsockopt: {socket: cli, option: TCP_CONGESTION, value: reno}\n")
          .name,
      "reno");
}

TEST(Receive, ExpectsOneThing) {
  EXPECT_TRUE(last<Receive>(cli + "  - receive: {socket: cli, end: true}\n").end);
  EXPECT_EQ(last<Receive>(cli + "  - receive: {socket: cli, error: ECONNRESET}\n").error,
            ECONNRESET);
  expect_each({
      {cli + "  - receive: {socket: cli}\n",
       "9:14: receive expects nothing; write data: Hello, bytes: 5, end: true or error: "
       "ECONNRESET"},
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
       "9:29: no earlier step defines the value \"port\"; write \"let: "
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
}  // namespace lab::parser
