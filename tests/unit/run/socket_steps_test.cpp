// SPDX-License-Identifier: MIT
//
// The steps that are calls of tcp(7), played for real between two hosts. The
// scenarios are values here, so that each test is of the playing alone.
#include <gmock/gmock.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "run/runner.hpp"
#include "util/error.hpp"

namespace lab::run {
namespace {

using scenario::Accept;
using scenario::Action;
using scenario::Bind;
using scenario::Close;
using scenario::Connect;
using scenario::Connected;
using scenario::Disconnect;
using scenario::GetOption;
using scenario::Listen;
using scenario::OpenSocket;
using scenario::Receive;
using scenario::Send;
using scenario::SetOption;
using scenario::Shutdown;
using scenario::Transfer;
using testing::HasSubstr;

OpenSocket open(const std::string& name, const std::string& host) {
  OpenSocket open;
  open.name = name;
  open.host = host;
  return open;
}

OpenSocket open(const std::string& name, const std::string& host, Family family) {
  OpenSocket socket = open(name, host);
  socket.family = family;
  return socket;
}

scenario::Place at(const std::string& host, std::uint16_t port) { return {host, {port, ""}, ""}; }

scenario::Info info(const std::string& socket) {
  scenario::Info info;
  info.socket = socket;
  return info;
}

scenario::Scenario scenario_of(std::vector<Action> actions) {
  scenario::Scenario made;
  made.name = "made";
  made.file = "made.yaml";
  made.deadline = std::chrono::milliseconds(5000);
  for (const char* name : {"client", "server"}) made.hosts.emplace_back().name = name;
  made.links.emplace_back().ends = {{{"client", "eth0"}, {"server", "eth0"}}};
  for (Action& action : actions) made.steps.emplace_back().action = std::move(action);
  return made;
}

// cli and conn are the two ends of a connection, srv listens; then `actions`.
std::vector<Action> connected_then(std::vector<Action> actions) {
  std::vector<Action> all = {open("srv", "server"),
                             Bind{"srv", at("any", 8888), 0},
                             Listen{"srv", 5, 0},
                             open("cli", "client"),
                             Connect{"cli", at("server", 8888), true, 0, ""},
                             Accept{{"srv"}, "conn", ""}};
  std::ranges::move(actions, std::back_inserter(all));
  return all;
}

std::string failures(const Timeline& timeline) {
  std::string all;
  for (const StepRecord& step : timeline.steps)
    for (const Check& check : step.checks)
      if (check.outcome == Outcome::fail)
        all += step.text + ": " + check.expected + ", " + check.seen + "\n";
  return all;
}

class SocketSteps : public testing::TestWithParam<Family> {
 protected:
  void SetUp() override {
    if (::geteuid() != 0) GTEST_SKIP() << "needs root: it makes network namespaces";
  }
  static Timeline played(std::vector<Action> actions) {
    return play(scenario_of(std::move(actions)), GetParam());
  }
  static void expect_all_hold(std::vector<Action> actions) {
    const std::size_t count = actions.size();
    const Timeline timeline = played(std::move(actions));
    EXPECT_EQ(failures(timeline), "");
    EXPECT_EQ(timeline.steps.size(), count);
  }
};
INSTANTIATE_TEST_SUITE_P(, SocketSteps, testing::Values(Family::inet, Family::inet6),
                         [](const auto& family) { return std::string(to_string(family.param)); });

TEST_P(SocketSteps, SetAndGetOptions) {
  expect_all_hold({open("cli", "client"), SetOption{"cli", "TCP_USER_TIMEOUT", 1500, 0},
                   GetOption{"cli", "TCP_USER_TIMEOUT", 1500},
                   SetOption{"cli", "TCP_SYNCNT", 1000, EINVAL}});
}

Accept refused_accept(int error) {
  Accept accept{{"srv"}, "", ""};
  accept.error = error;
  return accept;
}

TEST_P(SocketSteps, AcceptMayFail) {
  expect_all_hold({open("srv", "server"), Bind{"srv", at("any", 8888), 0}, refused_accept(EINVAL),
                   Listen{"srv", 5, 0}, refused_accept(EAGAIN)});
}

TEST_P(SocketSteps, AcceptThatMustFailFailsWhenThereIsAConnection) {
  const Timeline timeline = played({open("srv", "server"), Bind{"srv", at("any", 8888), 0},
                                    Listen{"srv", 5, 0}, open("cli", "client"),
                                    Connect{"cli", at("server", 8888), true, 0, ""},
                                    refused_accept(EAGAIN), open("x", "client")});
  EXPECT_THAT(failures(timeline),
              testing::StartsWith("accept from srv, expecting EAGAIN: accept() expected EAGAIN, "
                                  "saw success"));
  EXPECT_EQ(timeline.steps.size(), 6u);
}

// The errno of a connect that did not wait is fetched once, and then gone.
TEST_P(SocketSteps, AnErrorIsReadOnce) {
  scenario::Info closed = info("cli");
  closed.state = TcpState::closed;
  expect_all_hold({open("cli", "client"),
                   Connect{"cli", at("server", 8888), false, EINPROGRESS, ""}, closed,
                   GetOption{"cli", "SO_ERROR", ECONNREFUSED}, GetOption{"cli", "SO_ERROR", 0}});
}

TEST_P(SocketSteps, AWrongValueFails) {
  const Timeline timeline =
      played({open("cli", "client"), GetOption{"cli", "TCP_NODELAY", 1}, open("x", "client")});
  EXPECT_EQ(failures(timeline), "TCP_NODELAY of cli is 1: getsockopt() expected 1, saw 0\n");
  EXPECT_EQ(timeline.steps.size(), 2u);
}

TEST_P(SocketSteps, TheEndOfAStreamCanBeReceivedAgain) {
  expect_all_hold(
      connected_then({Send{"cli", "Hello", true, 0}, Receive{"conn", "Hello", false, 0},
                      Shutdown{"cli", scenario::Direction::write, 0}, Receive{"conn", "", true, 0},
                      Receive{"conn", "", true, 0}, Send{"conn", "still open", true, 0},
                      Receive{"cli", "still open", false, 0}}));
}

TEST_P(SocketSteps, DataBeforeTheEndFails) {
  const Timeline timeline = played(connected_then(
      {Send{"cli", "Hello", true, 0}, Close{"cli", false}, Receive{"conn", "", true, 0}}));
  EXPECT_THAT(failures(timeline),
              HasSubstr("recv() expected the end of the stream and nothing before it, saw \"H\""));
}

TEST_P(SocketSteps, AnAbortedConnectionIsReset) {
  expect_all_hold(connected_then({Close{"cli", true}, Receive{"conn", "", false, ECONNRESET},
                                  Send{"conn", "x", true, EPIPE}}));
}

TEST_P(SocketSteps, ADisconnectedSocketConnectsAgain) {
  expect_all_hold(connected_then({Disconnect{"cli", 0}, Receive{"conn", "", false, ECONNRESET},
                                  Connect{"cli", at("server", 8888), true, 0, ""}}));
}

TEST_P(SocketSteps, ATransferMovesEveryByte) {
  constexpr std::int64_t much = 4 << 20;
  expect_all_hold(connected_then({Transfer{"cli", "conn", much}, Transfer{"conn", "cli", much}}));
}

TEST_P(SocketSteps, ATransferIntoTheEndFails) {
  const Timeline timeline = played(connected_then(
      {Shutdown{"cli", scenario::Direction::write, 0}, Transfer{"conn", "conn", 10}}));
  EXPECT_THAT(failures(timeline),
              HasSubstr("transfer expected 10 bytes as they were sent, saw 0 bytes, then the end"));
}

TEST_P(SocketSteps, InfoReportsStateAndOptions) {
  scenario::Info established = info("cli");
  established.state = TcpState::established;
  established.has = {"timestamps", "sack", "wscale"};
  established.lacks = {"syn-data"};
  established.retransmissions = 0;
  established.unacknowledged = 0;
  expect_all_hold(connected_then({established}));
}

TEST_P(SocketSteps, InfoWaitsUntilTheDeadlineThenFails) {
  scenario::Info listening = info("cli");
  listening.state = TcpState::listen;
  scenario::Scenario scenario = scenario_of({open("cli", "client"), listening});
  scenario.deadline = std::chrono::milliseconds(50);
  const Timeline timeline = play(scenario, GetParam());
  EXPECT_THAT(failures(timeline), HasSubstr("it is CLOSED; still so at the deadline, after 50 ms"));
}

// Which of two listeners with SO_REUSEPORT the kernel gives a SYN to is its own
// choice; whichever has it is called "chosen" too.
TEST_P(SocketSteps, AcceptNamesTheListenerOfTheConnection) {
  OpenSocket one = open("one", "server"), other = open("other", "server");
  one.reuseport = other.reuseport = true;
  const Timeline timeline =
      played({one, other, Bind{"one", at("any", 8888), 0}, Bind{"other", at("any", 8888), 0},
              Listen{"one", 5, 0}, Listen{"other", 5, 0}, open("cli", "client"),
              Connect{"cli", at("server", 8888), true, 0, ""},
              Accept{{"one", "other"}, "conn", "chosen"}, GetOption{"chosen", "SO_ACCEPTCONN", 1}});
  EXPECT_EQ(failures(timeline), "");
  ASSERT_EQ(timeline.sockets.size(), 5u);
  const SocketRecord& chosen = timeline.sockets[3];
  EXPECT_EQ(chosen.name, "chosen");
  EXPECT_THAT(chosen.cookie,
              testing::AnyOf(timeline.sockets[0].cookie, timeline.sockets[1].cookie));
  EXPECT_EQ(timeline.sockets[4].host, "server");
}

// The SYN of the second connection carries its data (RFC 7413).
TEST_P(SocketSteps, ConnectWithDataSendsAllOfIt) {
  scenario::Scenario scenario = scenario_of(
      {open("srv", "server"), SetOption{"srv", "TCP_FASTOPEN", 5, 0},
       Bind{"srv", at("any", 8888), 0}, Listen{"srv", 5, 0}, open("first", "client"),
       Connect{"first", at("server", 8888), true, 0, "Hello"}, Accept{{"srv"}, "conn1", ""},
       Receive{"conn1", "Hello", false, 0}, open("second", "client"),
       Connect{"second", at("server", 8888), false, 0, "World"}, Connected{"second", 0},
       Accept{{"srv"}, "conn2", ""}, Receive{"conn2", "World", false, 0}});
  for (scenario::Host& host : scenario.hosts) host.sysctls["net.ipv4.tcp_fastopen"] = "3";
  scenario::Info carried = info("second");
  carried.has = {"syn-data"};
  scenario.steps.emplace_back().action = carried;
  const Timeline timeline = play(scenario, GetParam());
  EXPECT_EQ(failures(timeline), "");
  EXPECT_THAT(timeline.steps.at(5).played.observed, HasSubstr("0 of 5 bytes accepted at once"));
  EXPECT_THAT(timeline.steps.at(9).played.observed, HasSubstr("5 of 5 bytes accepted at once"));
}

TEST_P(SocketSteps, ObserveRecordsTheTables) {
  const Timeline timeline = played(connected_then({scenario::Observe{{"client", "server"}}}));
  EXPECT_EQ(failures(timeline), "");
  ASSERT_EQ(timeline.steps.back().snapshots.size(), 2u);
  EXPECT_EQ(timeline.steps.back().checks.size(), 2u);
}

TEST_P(SocketSteps, TablesOfOneWitnessExcludeTheOther) {
  scenario::Tables tables;
  tables.hosts = {"server"};
  tables.witness = Witness::sock_diag;
  tables.ehash.emplace().exact = false;
  tables.ehash->has.emplace_back().socket = "conn";
  tables.ehash->lacks.emplace_back().state = TcpState::time_wait;
  const Timeline timeline = played(connected_then({tables}));
  EXPECT_EQ(failures(timeline), "");
  EXPECT_EQ(timeline.steps.back().checks.size(), 1u);
  const Snapshot& snapshot = timeline.steps.back().snapshots.at(0);
  ASSERT_EQ(snapshot.ehash.size(), 1u);
  EXPECT_EQ(snapshot.ehash[0].witness, Witness::sock_diag);
}

// An IPv6 socket that is not v6only serves both; to the IPv4 world it speaks by
// way of mapped addresses.
TEST_P(SocketSteps, ASocketOfTheOtherFamilyUsesMappedAddresses) {
  if (GetParam() == Family::inet6) GTEST_SKIP() << "IPv4 has no word for an IPv6 address";
  const Timeline timeline =
      played({open("srv", "server", Family::inet6), Bind{"srv", at("any", 8888), 0},
              Listen{"srv", 5, 0}, open("cli", "client", Family::inet6),
              Connect{"cli", at("server", 8888), true, 0, ""}, Accept{{"srv"}, "conn", ""}});
  EXPECT_EQ(failures(timeline), "");
  EXPECT_EQ(timeline.steps.at(1).played.observed, "[::]:8888");
  EXPECT_THAT(timeline.steps.at(4).played.observed, HasSubstr("> [::ffff:10.0.0.2]:8888"));
}

TEST_P(SocketSteps, AStepThatThisKernelCannotRunIsSkippedWithAReason) {
  scenario::Scenario scenario =
      scenario_of({open("cli", "client"), open("two", "client"), open("three", "client"),
                   GetOption{"cli", "TCP_NODELAY", 0}});
  scenario.steps[1].when.emplace().kernel = ">=99.0";
  scenario.steps[1].when->because = "the future";
  scenario.steps[2].when.emplace().families = {GetParam() == Family::inet ? Family::inet6
                                                                          : Family::inet};
  std::vector<std::string> told;
  const Timeline timeline =
      play(scenario, GetParam(),
           {{}, [&](const Timeline&, const StepRecord& step) { told.push_back(step.skipped); }});
  ASSERT_EQ(timeline.steps.size(), 3u);
  EXPECT_THAT(timeline.steps[1].skipped, HasSubstr("(the future)"));
  EXPECT_TRUE(timeline.steps[1].checks.empty());
  EXPECT_EQ(timeline.steps[2].index, 3u);
  EXPECT_EQ(timeline.steps[2].checks.size(), 1u);
  EXPECT_EQ(timeline.sockets.size(), 1u);
  EXPECT_EQ(told, (std::vector<std::string>{"", timeline.steps[1].skipped, ""}));
}

TEST_P(SocketSteps, ASocketWhoseOpeningStepWasSkippedIsReported) {
  scenario::Scenario scenario = scenario_of({open("cli", "client"), Close{"cli", false}});
  scenario.steps[0].when.emplace().kernel = ">=99.0";
  try {
    play(scenario, GetParam());
    ADD_FAILURE() << "nobody complained";
  } catch (const UsageError& error) {
    EXPECT_THAT(error.what(), HasSubstr("socket cli is used, but the step that opens it"));
  }
}

}  // namespace
}  // namespace lab::run
