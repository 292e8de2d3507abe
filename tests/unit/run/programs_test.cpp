// SPDX-License-Identifier: MIT
//
// Programs in the hosts of a scenario, for real: the verbs exec, await and stop,
// and the lab's own programs.
#include <gmock/gmock.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <fstream>

#include "run/runner.hpp"
#include "unit/run/failures.hpp"
#include "util/executable.hpp"

namespace lab::run {
namespace {

using testing::HasSubstr;
using testing::SizeIs;
using testing::StartsWith;

scenario::Exec exec(const std::string& host, std::vector<std::string> run) {
  scenario::Exec made;
  made.host = host;
  made.run = std::move(run);
  return made;
}

scenario::Exec shell(const std::string& script) {
  return exec("client", {"/bin/sh", "-c", script});
}

scenario::Exec in_background(scenario::Exec made, const std::string& name) {
  made.background = true;
  made.name = name;
  return made;
}

scenario::Await await_output(const std::string& program, const std::string& output) {
  scenario::Await made;
  made.program = program;
  made.output = output;
  return made;
}

scenario::Await await_exit(const std::string& program, int exit) {
  scenario::Await made;
  made.program = program;
  made.exit = exit;
  return made;
}

scenario::Await await_event(const std::string& socket, const std::string& event) {
  scenario::Await made;
  made.socket = socket;
  made.event = event;
  return made;
}

scenario::Place place(const std::string& host, std::int64_t port) { return {host, {port, ""}, ""}; }

// A client and a server, and these steps.
scenario::Scenario scenario_of(std::vector<scenario::Action> actions) {
  scenario::Scenario made;
  made.name = "programs";
  made.file = std::string(SOURCE_DIR) + "/scenarios/programs.yaml";
  made.hosts.resize(2);
  made.hosts[0].name = "client";
  made.hosts[1].name = "server";
  made.links.resize(1);
  made.links[0].ends = {{{"client", "eth0"}, {"server", "eth0"}}};
  for (scenario::Action& action : actions) made.steps.push_back({std::move(action), "", {}, {}});
  return made;
}

Timeline play_all(std::vector<scenario::Action> actions, Family family = Family::inet,
                  std::chrono::milliseconds deadline = std::chrono::seconds(10)) {
  scenario::Scenario scenario = scenario_of(std::move(actions));
  scenario.deadline = deadline;
  return play(scenario, family);
}

class Programs : public testing::Test {
 protected:
  void SetUp() override {
    if (::geteuid() != 0) GTEST_SKIP() << "needs root: it makes network namespaces";
    ::setenv("LAB_PROGRAMS", BUILD_DIR "/programs", 0);  // a guest has them elsewhere
  }
};

TEST_F(Programs, RunInTheirHostWithAddressesForNames) {
  scenario::Exec cat = exec("client", {"/bin/cat"});
  cat.input = "to $server from $client";
  cat.output = "to 10.0.0.2 from 10.0.0.1";
  scenario::Exec own = shell("grep -c 0100007F /proc/net/fib_trie; readlink /proc/self/ns/net");
  own.exit = 0;
  const Timeline timeline = play_all({cat, shell("echo $server:80"), own});
  EXPECT_THAT(timeline.programs, SizeIs(3));
  EXPECT_EQ(timeline.programs.at(0).name, "cat");
  EXPECT_EQ(timeline.programs.at(0).host, "client");
  EXPECT_EQ(timeline.programs.at(1).command, "/bin/sh -c echo 10.0.0.2:80");
  EXPECT_EQ(timeline.programs.at(1).output, "10.0.0.2:80\n");
  EXPECT_EQ(timeline.programs.at(1).exit, 0);
  EXPECT_THAT(timeline.programs.at(2).output,
              HasSubstr("net:[" + std::to_string(timeline.hosts.at(0).netns_inode) + "]"));
}

TEST_F(Programs, HaveTheSameEnvironmentEverywhere) {
  ::setenv("http_proxy", "http://nowhere", 1);
  scenario::Exec env = shell("echo \"$$LC_ALL,$$http_proxy,$${PATH:+path}\"");
  env.output = "C,,path";
  expect_no_failure(play_all({env}));
  ::unsetenv("http_proxy");
}

TEST_F(Programs, AreReportedAndEndTheRunIfMissing) {
  const Timeline timeline = play_all({exec("client", {"no-such-program"}), shell("true")});
  ASSERT_THAT(failures(timeline), SizeIs(1));
  EXPECT_THAT(failures(timeline)[0].seen,
              StartsWith("ENOENT: there is no program no-such-program in "));
  EXPECT_THAT(timeline.steps, SizeIs(1));
}

TEST_F(Programs, AreKilledAtTheDeadline) {
  const Timeline timeline = play_all({shell("echo begun; exec sleep 1000")}, Family::inet,
                                     std::chrono::milliseconds(300));
  ASSERT_THAT(failures(timeline), SizeIs(1));
  EXPECT_EQ(failures(timeline)[0].seen,
            R"(it had not ended at the deadline of 300 ms and was killed; it printed "begun\n")");
  EXPECT_EQ(timeline.programs.at(0).exit, 128 + SIGKILL);
}

TEST_F(Programs, RunInTheBackgroundUntilAwaitedOrStopped) {
  const Timeline timeline = play_all(
      {in_background(shell("trap 'echo stopped; exit 3' TERM; echo ready; while :; do :; done"),
                     "loop"),
       await_output("loop", "ready"), scenario::Stop{"loop", "SIGTERM"}, await_exit("loop", 3)});
  expect_no_failure(timeline);
  EXPECT_EQ(timeline.programs.at(0).name, "loop");
  EXPECT_EQ(timeline.programs.at(0).output, "ready\nstopped\n");
  EXPECT_EQ(timeline.programs.at(0).exit, 3);
}

TEST_F(Programs, HaveNoExitStatusIfTheyStillRunAtTheEnd) {
  const Timeline timeline = play_all(
      {in_background(shell("echo ready; exec sleep 1000"), "loop"), await_output("loop", "ready")});
  expect_no_failure(timeline);
  EXPECT_EQ(timeline.programs.at(0).output, "ready\n");
  EXPECT_EQ(timeline.programs.at(0).exit, std::nullopt);
}

TEST_F(Programs, CannotBeStoppedAfterTheirEnd) {
  const Timeline timeline = play_all({in_background(shell("exit 5"), "short"),
                                      await_exit("short", 5), scenario::Stop{"short", "SIGTERM"}});
  ASSERT_THAT(failures(timeline), SizeIs(1));
  EXPECT_THAT(failures(timeline)[0].seen, StartsWith("ESRCH: exit 5"));
}

TEST_F(Programs, AreNotAwaitedAfterTheirEnd) {
  const Timeline timeline =
      play_all({in_background(shell("echo no; exit 1"), "short"), await_output("short", "yes")});
  ASSERT_THAT(failures(timeline), SizeIs(1));
  EXPECT_EQ(failures(timeline)[0].seen, R"(it printed "no\n", and ended with exit status 1)");
  EXPECT_FALSE(timeline.steps.back().played.timed_out);
}

// The client of a connection, while its server is one of the scenario's sockets.
std::vector<scenario::Action> connection(std::vector<scenario::Action> then) {
  scenario::OpenSocket srv, cli;
  srv.name = "srv";
  srv.host = "server";
  cli.name = "cli";
  cli.host = "client";
  std::vector<scenario::Action> steps = {
      srv,
      scenario::Bind{"srv", place("any", 8888), 0},
      scenario::Listen{"srv", 1, 0},
      cli,
      scenario::Connect{"cli", place("server", 8888), true, 0, ""},
      scenario::Accept{{"srv"}, "conn", ""}};
  steps.insert(steps.end(), then.begin(), then.end());
  return steps;
}

TEST_F(Programs, WaitForEventsOfSockets) {
  scenario::Send hello;
  hello.socket = "conn";
  hello.data = "Hello";
  scenario::Close close;
  close.socket = "conn";
  const Timeline timeline =
      play_all(connection({await_event("cli", "writable"), hello, await_event("cli", "readable"),
                           close, await_event("cli", "closed")}));
  expect_no_failure(timeline);
  EXPECT_EQ(timeline.steps.at(6).played.observed, "POLLOUT");
  EXPECT_EQ(timeline.steps.at(8).played.observed, "POLLIN");
  EXPECT_THAT(timeline.steps.at(10).played.observed, HasSubstr("POLLRDHUP"));
}

TEST_F(Programs, AnIdleSocketFailsAtTheDeadline) {
  const Timeline timeline = play_all(connection({await_event("cli", "readable")}), Family::inet,
                                     std::chrono::milliseconds(300));
  ASSERT_THAT(failures(timeline), SizeIs(1));
  EXPECT_EQ(failures(timeline)[0].seen, "not before the deadline of 300 ms");
}

TEST_F(Programs, AnUnconnectedSocketIsNotAwaited) {
  scenario::OpenSocket cli;
  cli.name = "cli";
  cli.host = "client";
  const Timeline timeline = play_all({cli, await_event("cli", "readable")});
  ASSERT_THAT(failures(timeline), SizeIs(1));
  EXPECT_THAT(failures(timeline)[0].seen, StartsWith("ENOTCONN"));
}

class Polling : public Programs {};

TEST_F(Polling, SeesAConnectionFromItsBeginningToItsEnd) {
  scenario::Send hello;
  hello.socket = "conn";
  hello.data = "Hello";
  scenario::Close close;
  close.socket = "conn";
  using scenario::Poll;
  const Timeline timeline =
      play_all(connection({Poll{"conn", {POLLOUT}, {POLLIN}}, Poll{"srv", {}, {}}, hello,
                           Poll{"cli", {POLLIN, POLLOUT}, {POLLRDHUP}}, close,
                           Poll{"cli", {POLLIN, POLLRDHUP}, {POLLHUP}}}));
  expect_no_failure(timeline);
  EXPECT_EQ(timeline.steps.back().played.observed, "POLLIN, POLLOUT, POLLRDHUP");
}

TEST_F(Polling, NamesTheReportedEventsAtTheDeadline) {
  const Timeline timeline = play_all(connection({scenario::Poll{"cli", {POLLIN}, {}}}),
                                     Family::inet, std::chrono::milliseconds(300));
  ASSERT_THAT(failures(timeline), SizeIs(1));
  EXPECT_EQ(failures(timeline)[0].seen, "no result before the deadline of 300 ms (POLLOUT)");
}

class Waiting : public Programs {};

TEST_F(Waiting, LetsTimePassAndChecksNothing) {
  const Timeline timeline =
      play_all({shell("true"), scenario::Wait{std::chrono::milliseconds(50), "a test"}});
  expect_no_failure(timeline);
  ASSERT_THAT(timeline.steps, SizeIs(2));
  const StepRecord& wait = timeline.steps.back();
  EXPECT_EQ(wait.text, "wait 50 ms: a test");
  EXPECT_THAT(wait.checks, testing::IsEmpty());
  constexpr Timestamp ms = 1'000'000;
  EXPECT_GE(wait.end - wait.begin, 50 * ms);
}

// --- the lab's own programs ---

class OwnPrograms : public Programs, public testing::WithParamInterface<Family> {
 protected:
  Timeline played(std::vector<scenario::Action> actions) {
    return play_all(std::move(actions), GetParam());
  }
};

// Few ports, so that the kernel soon gives away the one that is knocked at.
scenario::Exec few_ports() {
  return shell("echo 40000 40015 > /proc/sys/net/ipv4/ip_local_port_range");
}

std::string loopback(Family family) { return family == Family::inet ? "127.0.0.1" : "[::1]"; }

TEST_P(OwnPrograms, KnockFinallyConnectsToItself) {
  const std::string target = loopback(GetParam()) + ":40004";
  scenario::Exec knock = exec("client", {"knock", target, "--until", "self"});
  knock.contains = {"connected to itself after ", target + " > " + target};
  expect_no_failure(played({few_ports(), knock}));
}

TEST_P(OwnPrograms, KnockFromTheSamePortConnectsToItselfAtOnce) {
  const std::string target = loopback(GetParam()) + ":8888";
  scenario::Exec knock = exec("client", {"knock", target, "--bind", target});
  knock.output = "connected to itself after 1 attempts: " + target + " > " + target;
  expect_no_failure(played({knock}));
}

TEST_P(OwnPrograms, KnockDoesNotConnectIfItChecksItsPeerOrBindsALowPort) {
  const std::string target = loopback(GetParam()) + ":40004";
  scenario::Exec checks = exec("client", {"knock", target, "--check-peer", "--times", "200"});
  checks.exit = 1;
  checks.contains = {"closed a connection to itself", "not connected after 200 attempts"};
  scenario::Exec low = exec("client", {"knock", target, "--bind-low", "--times", "200"});
  low.exit = 1;
  low.output = "not connected after 200 attempts";
  expect_no_failure(played({few_ports(), checks, low}));
}

TEST_P(OwnPrograms, KnockConnectsToAListeningServer) {
  const Timeline timeline = played({in_background(exec("server", {"hello-server", "8888"}), "srv"),
                                    await_output("srv", "listening on port 8888"),
                                    exec("client", {"knock", "$server:8888", "--check-peer"}),
                                    await_output("srv", "greeted ")});
  expect_no_failure(timeline);
  EXPECT_THAT(timeline.programs.at(1).output, StartsWith("connected to a peer after 1 attempts"));
}

// As a NAT does (RFC 5382, REQ-4): a SYN that nobody here has asked for is lost
// without a word. Without it the first would be refused, and the next, and so on.
scenario::Exec firewall(const std::string& host) {
  scenario::Exec made = exec(host, {"nft", "-f", "-"});
  made.input = R"(table inet filter {
    chain in {
      type filter hook input priority 0; policy drop
      ct state established accept
      tcp dport 7000 accept
    }
  })";
  return made;
}

TEST_P(OwnPrograms, PunchersConnectThroughTheirRendezvous) {
  if (find_in_path("nft").empty()) GTEST_SKIP() << "no nft: install nftables";
  const Timeline timeline = played(
      {firewall("client"), firewall("server"),
       in_background(exec("server", {"rendezvous", "7000"}), "rendezvous"),
       await_output("rendezvous", "listening on port 7000"),
       in_background(exec("client", {"punch", "$server:7000", "--local-port", "5000"}), "one"),
       await_output("rendezvous", "first peer: "),
       in_background(exec("server", {"punch", "$server:7000", "--local-port", "5001"}), "other"),
       await_exit("one", 0), await_exit("other", 0), scenario::Stop{"rendezvous", "SIGTERM"}});
  expect_no_failure(timeline);
  const auto& programs = timeline.programs;
  for (const std::size_t puncher : {3, 4}) {
    EXPECT_THAT(programs.at(puncher).output, HasSubstr("without ever calling listen()"));
    EXPECT_THAT(programs.at(puncher).output, HasSubstr("the peer says: hello from "));
  }
}

INSTANTIATE_TEST_SUITE_P(Over, OwnPrograms, testing::Values(Family::inet, Family::inet6),
                         [](const auto& over) { return std::string(to_string(over.param)); });

}  // namespace
}  // namespace lab::run
