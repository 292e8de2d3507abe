// SPDX-License-Identifier: MIT
//
// Files that are wrong: each mistake is named with its place, and with what to
// write instead.
#include <gmock/gmock.h>

#include "unit/parser/text.hpp"

namespace lab::parser {
namespace {

using testing::HasSubstr;

struct Mistake {
  std::string text;
  std::string message;
};

void expect_each(const std::vector<Mistake>& mistakes) {
  for (const auto& [text, message] : mistakes) EXPECT_EQ(error_of(text), message) << text;
}

// The steps begin in line 8; "  - " puts the verb into column 5.
void expect_each_step(const std::vector<Mistake>& mistakes) {
  for (const auto& [steps, message] : mistakes)
    EXPECT_EQ(error_of(with_steps(steps)), "x.yaml:" + message) << steps;
}

const std::string srv = "  - socket: {name: srv, host: server}\n";

TEST(BrokenYaml, IsReportedWithItsPlaceAndARemedy) {
  expect_each({
      {"name: x\ntitle: Open: two connects\n",
       "x.yaml:2:12: broken YAML: illegal map value; a text that holds \": \" must be put in "
       "quotes"},
      {"name: [x\ntitle: y\n",
       "x.yaml:2:6: broken YAML: end of sequence flow not found; a ] or a comma is missing before "
       "this"},
      {"name: {x: y\nz",
       "x.yaml:2:2: broken YAML: end of map flow not found; a } or a comma is "
       "missing before this"},
      {"name: x\n title: y\n",
       "x.yaml:2:7: broken YAML: illegal map value; a text that holds \": \" must be put in "
       "quotes"},
      {"name: \"x\n",
       "x.yaml:1:9: broken YAML: a quoted text is not closed; write its second quote"},
  });
}

TEST(Document, MustBeOneMap) {
  expect_each({
      {"", "x.yaml:1:1: a scenario is a map; write name:, title:, topology: and steps:"},
      {"- name\n", "x.yaml:1:1: a scenario is a map; write name:, title:, topology: and steps:"},
      {"name: x\n---\nname: y\n",
       "x.yaml:3:1: a second document begins here; write one scenario per file"},
      {"name: x\ntitle: a\nname: x\n",
       "x.yaml:3:1: \"name\" is given twice, first in line 1; keep one"},
      {"[a, b]: c\n", "x.yaml:1:1: a key cannot be a map or a list; write one word and a colon"},
      {"~: c\n", "x.yaml:1:1: a key is missing; write one word and a colon"},
      {"name: &n x\n", "x.yaml:1:7: an anchor (&name) is not allowed here; write the value itself"},
      {"name: !!str x\n",
       "x.yaml:1:7: a tag (tag:yaml.org,2002:str) is not allowed here; write the "
       "value alone"},
  });
}

TEST(Head, IsChecked) {
  const std::string rest = "topology: {hosts: {a: }}\nsteps: [{no-retransmission: }]\n";
  expect_each({
      {"nmae: x\n", "x.yaml:1:1: a scenario has no key \"nmae\"; did you mean \"name\"?"},
      {"name: y\ntitle: t\n" + rest,
       "x.yaml:1:7: name is \"y\" but the file is \"x\"; rename one of them"},
      {"name: \"x y\"\n",
       "x.yaml:1:7: name \"x y\" is not a name; write a letter, then letters, "
       "digits, - and _, at most 32"},
      {"name: x\ntitle: \"\"\n" + rest,
       "x.yaml:2:8: title is empty, it must be one value; write a text"},
      {"name: x\ntitle: [t]\n" + rest,
       "x.yaml:2:8: title is a list, it must be one value; write a text"},
      {"name: x\ntitle: t\nfamilies: [ipv5]\n" + rest,
       "x.yaml:3:12: there is no family \"ipv5\"; did you mean \"ipv4\" or \"ipv6\"?"},
      {"name: x\ntitle: t\nfamilies: inet\n" + rest,
       "x.yaml:3:11: there is no family \"inet\"; choose one of ipv4, ipv6"},
      {"name: x\ntitle: t\nfamilies: [ipv4, ipv4]\n" + rest,
       "x.yaml:3:18: ipv4 occurs twice; keep one"},
      {"name: x\ntitle: t\nfamilies: []\n" + rest,
       "x.yaml:3:11: families is an empty list; write one value or a list of them"},
      {"name: x\ntitle: t\ndeadline: 5\n" + rest,
       "x.yaml:3:11: deadline is \"5\"; write a time from 1ms to 600s, such as 500ms or 5s"},
      {"name: x\ntitle: t\ndeadline: 0s\n" + rest,
       "x.yaml:3:11: deadline is \"0s\"; write a time from 1ms to 600s, such as 500ms or 5s"},
      {"name: x\ntitle: t\ndeadline: 99999999999999999999s\n" + rest,
       "x.yaml:3:11: deadline is \"99999999999999999999s\"; write a time from 1ms to 600s, such as "
       "500ms or 5s"},
      {"name: x\ntitle: t\ntopology: {hosts: {a: }}\nsteps: []\n",
       "x.yaml:4:8: a scenario has at least one step; write one under steps:"},
      {"name: x\ntitle: t\ntopology: {hosts: {a: }}\nsteps:\n",
       "x.yaml:4:1: steps is nothing, it must be a list; write [...], and [] for none"},
  });
  EXPECT_THAT(error_of("name: x\ntitle: t\nsteps: []\n"),
              HasSubstr("x.yaml:1:1: a scenario lacks \"topology\"; write {name: simopen, "));
}

TEST(Topology, IsChecked) {
  const auto with = [](const std::string& topology) {
    return "name: x\ntitle: t\ntopology:\n" + topology + "steps: [{no-retransmission: }]\n";
  };
  expect_each({
      {with("  hosts: {}\n"),
       "x.yaml:4:10: hosts must be a map with at least one host; write {a: , b: }"},
      {with("  hosts: {a: , a: }\n"),
       "x.yaml:4:16: \"a\" is given twice, first in line 4; keep one"},
      {with("  hosts: {any: }\n"),
       "x.yaml:4:11: \"any\" is a word for an address; choose another name"},
      {with("  hosts: {9a: }\n"),
       "x.yaml:4:11: host \"9a\" is not a name; write a letter, then "
       "letters, digits, - and _, at most 32"},
      {with("  hosts: {a: {sysctl: {}}}\n"),
       "x.yaml:4:15: host \"a\" has no key \"sysctl\"; did you mean \"sysctls\"?"},
      {with("  hosts: {a: {sysctls: {kernel.panic: 1}}}\n"),
       "x.yaml:4:25: \"kernel.panic\" is not a sysctl of a host; write one that begins with net., "
       "such as net.ipv4.tcp_syncookies"},
      {with("  hosts: {a: {sysctls: {net...kernel.panic: 1}}}\n"),
       "x.yaml:4:25: \"net...kernel.panic\" is not a sysctl of a host; write one that begins with "
       "net., such as net.ipv4.tcp_syncookies"},
      {with("  hosts: {a: }\n  links: [{endpoints: [\"a:eth0\"]}]\n"),
       "x.yaml:5:23: a link has two endpoints; write [\"a:eth0\", \"b:eth0\"]"},
      {with("  hosts: {a: , b: }\n  links: [{endpoints: [\"a\", \"b:eth0\"]}]\n"),
       "x.yaml:5:24: \"a\" is not an endpoint; write HOST:INTERFACE, as in \"a:eth0\""},
      {with("  hosts: {alice: , bob: }\n  links: [{endpoints: [\"alise:e\", \"bob:e\"]}]\n"),
       "x.yaml:5:24: there is no host \"alise\"; did you mean \"alice\"?"},
      {with("  hosts: {a: , b: }\n  links: [{endpoints: [\"a:lo\", \"b:eth0\"]}]\n"),
       "x.yaml:5:24: \"lo\" cannot be an interface's name; write at most 15 letters and digits, "
       "such as eth0"},
      {with("  hosts: {a: , b: }\n  links: [{endpoints: [\"a:e0\", \"a:e1\"]}]\n"),
       "x.yaml:5:23: a link joins two hosts; write two different ones"},
      {with("  hosts: {a: , b: }\n  links:\n    - endpoints: [\"a:e\", \"b:e\"]\n    - endpoints: "
            "[\"a:e\", \"b:f\"]\n"),
       "x.yaml:7:7: \"a:e\" is an end of two links; give each its own interface"},
  });
}

TEST(Step, HasOneKnownVerb) {
  expect_each_step({
      {"  - conect: {}\n",
       "8:5: there is no verb \"conect\"; did you mean \"connect\" or \"connected\" or "
       "\"inject\"?"},
      {"  - note: hello\n",
       "8:5: this step has no verb; write one, such as \"listen: {socket: srv}\""},
      {"  - listen\n",
       "8:5: a step must be a map with one verb; write \"- listen: {socket: srv}\""},
      {"  - hold: {host: client}\n    mark: {host: client}\n",
       "9:5: this step has two verbs, \"hold\" and \"mark\"; write them as two steps"},
      {"  - hold: client\n", "8:11: hold is one value, it must be a map; write {host: a}"},
      {"  - hold:\n", "8:5: hold lacks \"host\"; write {host: a}"},
      {"  - no-retransmission: {host: client}\n", "8:25: no-retransmission has no key \"host\""},
  });
}

TEST(Names, MustBeKnown) {
  expect_each_step({
      {"  - ping: {from: clint, to: server}\n",
       "8:18: there is no host \"clint\"; did you mean \"client\"?"},
      {"  - socket: {name: s, host: 10.0.0.1}\n",
       "8:29: there is no host \"10.0.0.1\"; choose one of client, server, lonely"},
      {"  - listen: {socket: srv}\n",
       "8:22: no socket \"srv\" has been opened before this step; write \"socket: {name: srv, "
       "host: ...}\" above this step"},
      {srv + "  - listen: {socket: srw}\n",
       "9:22: no socket has been opened before this step as \"srw\"; did you mean \"srv\"?"},
      {srv + srv, "9:20: there already is a socket \"srv\"; choose another name"},
      {srv + "  - listen: {socket: srv}\n  - accept: {socket: srv, name: srv}\n",
       "10:33: there already is a socket \"srv\"; choose another name"},
      {srv + "  - close: {socket: srv}\n  - listen: {socket: srv}\n",
       "10:22: socket \"srv\" has been closed before this step; open another one"},
  });
}

TEST(Places, MustBeHostAndPort) {
  expect_each_step({
      {srv + "  - bind: {socket: srv, to: \"8888\"}\n",
       "9:29: \"8888\" is not a place; write HOST:PORT, as in \"client:8888\""},
      {srv + "  - bind: {socket: srv, to: \"servr:8888\"}\n",
       "9:29: there is no host \"servr\"; did you mean \"server\"?"},
      {srv + "  - bind: {socket: srv, to: \"any:65536\"}\n",
       "9:29: port \"65536\" is out of range; write a number from 0 to 65535"},
      {srv + "  - connect: {socket: srv, to: \"server:0\"}\n",
       "9:32: port \"0\" is out of range; write a number from 1 to 65535"},
      {srv + "  - connect: {socket: srv, to: \"server:-1\"}\n",
       "9:32: port \"-1\" is out of range; write a number from 1 to 65535"},
      {srv + "  - connect: {socket: srv, to: \"server:http\"}\n",
       "9:32: port \"http\" is out of range; write a number from 1 to 65535"},
  });
}

TEST(Values, MustHaveTheirType) {
  expect_each_step({
      {"  - socket: {name: s, host: server, reuseaddr: yes}\n",
       "8:48: reuseaddr is \"yes\"; write true or false"},
      {srv + "  - listen: {socket: srv, backlog: many}\n",
       "9:36: backlog is \"many\"; write a number from 0 to 65535"},
      {srv + "  - listen: {socket: srv, error: EADDRINUS}\n",
       "9:34: there is no errno \"EADDRINUS\"; did you mean \"EADDRINUSE\"?"},
      {srv + "  - listen: {socket: srv, error: 98}\n",
       "9:34: error is \"98\"; write an errno such as ECONNREFUSED, or 0 for success"},
      {srv + "  - send: {socket: srv, data: }\n",
       "9:25: data is nothing, it must be one value; write a text"},
      {srv + "  - bind: {socket: srv}\n",
       "9:11: bind lacks \"to\"; write {socket: srv, to: \"any:8888\"}"},
  });
}

TEST(Order, IsChecked) {
  expect_each_step({
      {srv + "  - accept: {socket: srv, name: conn}\n",
       "9:13: \"srv\" does not listen; write \"listen: {socket: srv}\" above this step"},
      {srv + "  - accept: {socket: srv, winner: w, error: EINVAL}\n",
       "9:35: accept must fail here, so there is no winner; remove \"winner\""},
      {srv + "  - connected: {socket: srv}\n",
       "9:16: no connect of \"srv\" is pending; write \"connect: {..., wait: false}\" above this "
       "step"},
      {srv + "  - connect: {socket: srv, to: \"client:1\"}\n  - connected: {socket: srv}\n",
       "10:16: no connect of \"srv\" is pending; write \"connect: {..., wait: false}\" above "
       "this "
       "step"},
      {"  - hold: {host: lonely}\n",
       "8:18: host \"lonely\" has no link; give it one under topology: links:"},
      {"  - hold: {host: client}\n  - hold: {host: client}\n",
       "9:11: \"client\" already holds; release it first"},
      {"  - mark: {host: client}\n",
       "8:11: \"client\" holds nothing to mark; write \"hold: {host: client}\" above this step"},
      {"  - hold: {host: client}\n  - mark: {host: client}\n  - mark: {host: client}\n",
       "10:11: \"client\" already has a mark; write \"release: {host: client, until: mark}\" above "
       "this step"},
      {"  - release: {host: client}\n",
       "8:14: \"client\" holds nothing to release; write \"hold: {host: client}\" above this step"},
      {"  - hold: {host: client}\n  - release: {host: client, until: mark}\n",
       "9:14: \"client\" has no mark; write \"mark: {host: client}\" above this step"},
      {"  - hold: {host: client}\n  - release: {host: client, until: end}\n",
       "9:36: there is no until \"end\"; choose one of mark"},
  });
}

// What a step does is no mistake of a later one, if that step may be left out.
TEST(Order, AllowsForSkippedSteps) {
  const std::string begun = srv + "  - connect: {socket: srv, to: \"client:1\", wait: false}\n";
  const std::string ends = "  - connected: {socket: srv}\n";
  const std::string closes = "  - close: {socket: srv}\n";
  EXPECT_NO_THROW(parse(
      with_steps(begun + ends + "    when: {family: ipv4}\n" + ends + "    when: {family: ipv6}\n"),
      "x.yaml"));
  EXPECT_NO_THROW(parse(
      with_steps(srv + closes + "    when: {kernel: \">=6.8\", because: x}\n" + closes), "x.yaml"));
  EXPECT_THAT(error_of(with_steps(begun + ends + "    when: {family: ipv4}\n" + ends + ends)),
              testing::HasSubstr("13:16: no connect of \"srv\" is pending"));
}

TEST(TablesStep, IsChecked) {
  expect_each_step({
      {"  - tables: {host: server}\n",
       "8:13: tables names no table; write listeners: [], bound: [] or ehash: [], with the "
       "expected rows"},
      {"  - tables: {host: [server, server], ehash: []}\n",
       "8:29: host \"server\" occurs twice; keep one"},
      {"  - tables: {host: server, ehash: none}\n",
       "8:35: ehash is \"none\", it must be a list; write [...], and [] for none"},
      {"  - tables: {host: server, listener: []}\n",
       "8:28: tables has no key \"listener\"; did you mean \"listeners\"?"},
      {"  - tables: {host: server, ehash: [{state: SYN-SEND}]}\n",
       "8:44: there is no state \"SYN-SEND\"; did you mean \"SYN-SENT\"?"},
      {"  - tables: {host: server, ehash: [{kind: timwait}]}\n",
       "8:43: there is no kind \"timwait\"; did you mean \"timewait\"?"},
      {"  - tables: {host: server, bound: [{role: listen}]}\n",
       "8:43: there is no role \"listen\"; did you mean \"listening\"?"},
      {"  - tables: {host: server, listeners: [{accept_queue: -1}]}\n",
       "8:55: accept_queue is \"-1\"; write a number from 0 to 4294967295"},
      {"  - tables: {host: server, ehash: [{socket: srv}]}\n",
       "8:45: no socket \"srv\" has been opened before this step; write \"socket: {name: srv, "
       "host: ...}\" above this step"},
      {srv + "  - tables: {host: client, ehash: [{socket: srv}]}\n",
       "9:45: socket \"srv\" is on host \"server\", whose tables this step does not check; add the "
       "host"},
  });
}

TEST(LookupStep, IsChecked) {
  const std::string begin = "  - lookup: {host: server, from: \"client:1\", to: \"server:2\", ";
  expect_each_step({
      {"  - lookup: {host: server, from: \"any:1\", to: \"server:2\"}\n",
       "8:34: a segment carries a real address; write a host's name or loopback"},
      {begin + "ehash: mis}\n",
       "8:69: there is no result \"mis\"; did you mean \"miss\" or \"hit\"?"},
      {begin + "verdict: RESET}\n", "8:71: there is no verdict \"RESET\"; did you mean \"RST\"?"},
      {"  - socket: {name: c, host: client}\n" + begin + "socket: c}\n",
       "9:70: socket \"c\" is not on host \"server\"; a lookup finds only sockets of its own host"},
  });
}

TEST(PacketsStep, IsChecked) {
  const auto are = [](const std::string& segment) {
    return "  - packets: {host: client, are: [\"" + segment + "\"]}\n";
  };
  expect_each_step({
      {"  - packets: {host: client}\n",
       "8:14: packets expects nothing; write are: [...], begin: [...], has: [...] or never: [...]"},
      {"  - packets: {host: client, are: [], begin: []}\n",
       "8:45: packets has both \"are\" and \"begin\"; write \"are\" for these and no others, "
       "\"begin\" for these first, \"has\" for these among others"},
      {"  - packets: {host: client, begin: []}\n",
       "8:36: begin: [] expects nothing; write the segments, or are: [] for none"},
      {are("client server S"),
       "8:35: \"client server S\" is not a segment; write \"FROM > TO FLAGS\", as in \"client > "
       "server S. seq 0 ack 1\""},
      {are("client > servr S"), "8:35: there is no host \"servr\"; did you mean \"server\"?"},
      {are("client > server X"),
       "8:35: \"X\" is not a set of flags; write those of S F R P . U W E that are set (\".\" is "
       "ACK), or \"-\" if none is"},
      {are("client > server S len 0"),
       "8:35: a segment has no \"len\"; did you mean \"length\" or \"ce\" or \"seq\"?"},
      {are("client > server S seq x"), "8:35: seq is \"x\"; write a number"},
      {are("client > server S seq 0 seq 1"), "8:35: seq occurs twice; keep one"},
      {are("client > server S ack 1"),
       "8:35: a segment without ACK acknowledges nothing; add "
       "\".\" to the flags or remove ack"},
  });
}

TEST(PathStep, IsChecked) {
  const auto of = [](const std::string& segment) {
    return "  - path: {host: server, segment: \"" + segment + "\"}\n";
  };
  const std::string states =
      "ESTABLISHED, SYN-SENT, SYN-RECEIVED, FIN-WAIT-1, FIN-WAIT-2, TIME-WAIT, CLOSED, CLOSE-WAIT, "
      "LAST-ACK, LISTEN, CLOSING";
  const auto passes = [](const std::string& event) {
    return srv + "  - path: {host: server, passes: [\"" + event + "\"]}\n";
  };
  expect_each_step({
      {"  - path: {host: server}\n",
       "8:11: path states nothing; write segment:, passes: or never:"},
      {"  - path: {host: server, pass: []}\n",
       "8:26: path has no key \"pass\"; did you mean \"passes\"?"},
      {"  - path: {host: server, passes: []}\n",
       "8:34: passes is an empty list; write one value or a list of them"},
      {"  - path: {host: server, answer: R.}\n",
       "8:34: answer: needs a segment; write segment: \"FROM > TO FLAGS\""},
      {"  - path: {host: server, segment: \"client > server S\", answer: reset}\n",
       "8:64: \"reset\" is not a set of flags; write those of S F R P . U W E that are set (\".\" "
       "is ACK), or \"-\" if none is"},
      {of("client > server S seq 0"),
       "8:35: \"client > server S seq 0\" is not a segment; write \"FROM > TO FLAGS\", as in "
       "\"client:40000 > server:8888 S\""},
      {of("client:x > server S"),
       "8:35: port \"x\" is out of range; write a number from 1 to 65535"},
      {of("client > servr:80 S"), "8:35: there is no host \"servr\"; did you mean \"server\"?"},
      {of("any:1 > server S"),
       "8:35: a segment carries a real address; write a host's name or loopback"},
      {of("client > server X"),
       "8:35: \"X\" is not a set of flags; write those of S F R P . U W E that are set (\".\" is "
       "ACK), or \"-\" if none is"},
      {passes(" "), "9:35: an event is empty; write the name of a function, such as tcp_v4_rcv"},
      {passes("tcp_v4_recv"),
       "9:35: a trace has no event \"tcp_v4_recv\"; did you mean "
       "\"tcp_v4_rcv\"?"},
      {passes("tcp_v6_rcv"),
       "9:35: \"tcp_v6_rcv\" is the IPv6 function; write "
       "tcp_v4_rcv, which means both families' functions"},
      {passes("__inet_lookup_established mis"),
       "9:35: __inet_lookup_established has no \"mis\"; did you mean \"miss\" or \"hit\"?"},
      {passes("tcp_v4_rcv miss"),
       "9:35: tcp_v4_rcv has no \"miss\"; choose one of enter, early-demux, " + states},
      {passes("tcp_conn_request NO_SOCKET"),
       "9:35: tcp_conn_request has no \"NO_SOCKET\"; choose one of request, cookie, dropped, "
       "accept-queue-full, " +
           states},
      {passes("kfree_skb SKB_DROP_REASON_NO_SOCKET"),
       "9:35: write a reason without its prefix: NO_SOCKET"},
      {passes("__inet_lookup_established hit miss"),
       "9:35: \"__inet_lookup_established hit miss\" has two of one kind (outcome), \"hit\" and "
       "\"miss\"; keep one"},
      {passes("tcp_rcv_state_process > LISTEN"),
       "9:35: \">\" needs a state on both sides; write \"SYN-SENT > SYN-RECEIVED\""},
      {passes("tcp_rcv_state_process LISTEN >"),
       "9:35: \"tcp_rcv_state_process LISTEN >\" ends with \">\"; write the later state after it"},
      {passes("tcp_rcv_state_process LISTEN > SYN-SEND"),
       "9:35: there is no state \"SYN-SEND\"; did you mean \"SYN-SENT\"?"},
      {passes("tcp_reset LISTEN CLOSED"),
       "9:35: \"tcp_reset LISTEN CLOSED\" has more states than \"BEFORE > AFTER\"; keep these"},
      {passes("tcp_reset of srw"),
       "9:35: no socket has been opened before this step as \"srw\"; did you mean \"srv\"?"},
      {srv + "  - path: {host: client, passes: [tcp_reset of srv]}\n",
       "9:35: socket \"srv\" is not on host \"client\", whose path this step checks"},
      {passes("tcp_v4_rcv by tcp_v6_rcv"),
       "9:35: \"tcp_v6_rcv\" is the IPv6 function; write tcp_v4_rcv, which means both families' "
       "functions"},
      {passes("tcp_reset by"),
       "9:35: \"tcp_reset by\" ends with \"by\"; write the calling function after it, such as "
       "tcp_v4_rcv"},
  });
}

}  // namespace
}  // namespace lab::parser
