// SPDX-License-Identifier: MIT
//
// `explain` against reality: for each cause that it knows, the case is made
// with real sockets, `explain` is asked, and then a real SYN is sent. What it
// predicted must be what happened.
//
// Runs here as root, and in a guest of each kernel, with the module and without
// (explain_guest_test.cpp says with which: LAB_MODULE).
#include <gmock/gmock.h>
#include <sys/syscall.h>
#include <sys/utsname.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <utility>

#include "explain_fixture.hpp"
#include "util/error.hpp"

namespace lab::test {
namespace {

using ::testing::HasSubstr;

// With LAB_MODULE=none the guest's module is taken out first.
class Module : public ::testing::Environment {
 public:
  void SetUp() override {
    const char* wanted = std::getenv("LAB_MODULE");
    if (!wanted || std::strcmp(wanted, "none") != 0) return;
    ASSERT_EQ(::syscall(SYS_delete_module, "tcp_lookup", 0), 0) << std::strerror(errno);
  }
};
[[maybe_unused]] const auto* const environment = ::testing::AddGlobalTestEnvironment(new Module);

INSTANTIATE_TEST_SUITE_P(, Reality, ::testing::Values(Family::inet, Family::inet6), name_of);

// --- who gives the answer ---

TEST_P(Reality, TheModuleIsAskedWhereItIsLoaded) {
  const Said said = explain(server(), clients(), servers());
  EXPECT_EQ(said.json["inferred"], !module_is_wanted()) << said.text;
  EXPECT_EQ(said.json.contains("lookup"), module_is_wanted());
}

// --- nobody answers ---

TEST_P(Reality, NothingBound) {
  expect_over_the_link("nothing-bound");
  expect_on_loopback("nothing-bound");
}

TEST_P(Reality, BoundAndNotListening) {
  const TcpSocket socket = bound(server(), any());
  const Said said = expect_over_the_link("not-listening");
  EXPECT_THAT(said.json["summary"], HasSubstr(std::to_string(::getpid())));
  EXPECT_THAT(said.json["summary"], HasSubstr("fd " + std::to_string(socket.fd())));
}

TEST_P(Reality, ListeningOnAnotherAddress) {
  const TcpSocket socket = listening(server(), loopback());
  const Said said = expect_over_the_link("other-address");
  EXPECT_THAT(said.json["summary"], HasSubstr("fd " + std::to_string(socket.fd())));
}

TEST_P(Reality, ListeningForTheOtherFamilyOnly) {
  const Family other = ipv4() ? Family::inet6 : Family::inet;
  TcpSocket socket = TcpSocket::create(server(), other);
  if (ipv4()) {
    ASSERT_TRUE(socket.set_v6only(true).ok());
  }
  ASSERT_TRUE(socket.bind({Address::any(other), port}).ok());
  ASSERT_TRUE(socket.listen(1).ok());
  expect_over_the_link(ipv4() ? "ipv6-only" : "ipv4-only");
}

TEST_P(Reality, ListeningOnAnotherDevice) {
  const TcpSocket socket = listening_on("lo");
  expect_over_the_link("other-device");
  expect_on_loopback("listening");
}

// What is sent to an own address of eth0 counts as having come in on eth0.
TEST_P(Reality, ASynToItselfComesInOnTheInterfaceThatHasTheAddress) {
  const TcpSocket socket = listening_on("eth0");
  expect_within("listening", servers(client_port), servers());
  expect_on_loopback("other-device");
}

TEST_P(Reality, ListeningInAnotherNamespace) {
  const TcpSocket socket = listening(client(), any());
  const Said said = expect_over_the_link("other-namespace");
  EXPECT_THAT(said.json["summary"], HasSubstr("fd " + std::to_string(socket.fd())));
}

// --- a listener ---

TEST_P(Reality, Listening) {
  const TcpSocket socket = listening(server(), any());
  const Said said = expect_over_the_link("listening");
  EXPECT_THAT(said.json["summary"], HasSubstr("fd " + std::to_string(socket.fd())));
  expect_on_loopback("listening");
}

TEST_P(Reality, ListeningForBothFamilies) {
  TcpSocket socket = TcpSocket::create(server(), Family::inet6);
  ASSERT_TRUE(socket.set_v6only(false).ok());
  ASSERT_TRUE(socket.bind({Address::any(Family::inet6), port}).ok());
  ASSERT_TRUE(socket.listen(1).ok());
  expect_over_the_link("listening");
}

TEST_P(Reality, WithoutASourceItIsWhatConnectChooses) {
  const TcpSocket socket = listening(server(), any());
  const Said said = explain(server(), {loopback().str()});
  EXPECT_EQ(said.json["question"]["assumed"], (nlohmann::json{"source", "port"})) << said.text;
  const Endpoint source = *Endpoint::parse(std::string(said.json["question"]["source"]));
  expect_predicted(said, "listening", send({server(), server(), source, loopback()}));
}

TEST_P(Reality, AFullAcceptQueue) {
  const TcpSocket socket = listening(server(), any(), 0);
  const TcpSocket waits = connected(server(), loopback(0), loopback());
  expect_over_the_link("accept-queue-full");
}

TEST_P(Reality, SynCookiesByDecree) {
  write_sysctl(server(), "net/ipv4/tcp_syncookies", "2");
  const TcpSocket socket = listening(server(), any());
  const long before = counter(server(), "SyncookiesSent");
  expect_over_the_link("syn-cookies");
  EXPECT_EQ(counter(server(), "SyncookiesSent"), before + 1);
}

// Two requests and a backlog of one: full by any kernel's count.
TEST_P(Reality, AFullRequestQueueMeansSynCookies) {
  const TcpSocket socket = deferring(server(), any(), 1);
  const TcpSocket one = connected(server(), loopback(0), loopback());
  const TcpSocket other = connected(server(), loopback(0), loopback());
  const long before = counter(server(), "SyncookiesSent");
  expect_over_the_link("syn-cookies");
  EXPECT_EQ(counter(server(), "SyncookiesSent"), before + 1);
}

TEST_P(Reality, AFullRequestQueueWithoutSynCookies) {
  const TcpSocket socket = deferring(server(), any(), 1);
  const TcpSocket one = connected(server(), loopback(0), loopback());
  const TcpSocket other = connected(server(), loopback(0), loopback());
  write_sysctl(server(), "net/ipv4/tcp_syncookies", "0");
  expect_over_the_link("request-queue-full");
}

// The requests leave the queue while connect() tries again.
TEST_P(Reality, AFullRequestQueueMayTakeASynThatIsSentAgain) {
  TcpSocket socket = deferring(server(), any(), 1);
  TcpSocket one = connected(server(), loopback(0), loopback());
  TcpSocket other = connected(server(), loopback(0), loopback());
  write_sysctl(server(), "net/ipv4/tcp_syncookies", "0");
  const Said said = explain(server(), clients(), servers());
  EXPECT_EQ(said.json["certain"], false) << said.text;
  const long before = counter(server(), "TCPReqQFullDrop");
  TcpSocket late = bound(client(), clients());
  ASSERT_EQ(late.connect(servers()).error, EINPROGRESS);
  EXPECT_EQ(counter(server(), "TCPReqQFullDrop"), before + 1) << "the first SYN is dropped";
  for (TcpSocket* waiting : {&one, &other}) {
    ASSERT_TRUE(waiting->send("x", soon()).ok());
    ASSERT_EQ(socket.accept(soon()).error, 0);
  }
  EXPECT_TRUE(late.await_connected(soon()).ok());
}

// As many requests as the backlog: kernels differ, and explain finds out.
TEST_P(Reality, ARequestQueueThatIsFullByACount) {
  const TcpSocket socket = deferring(server(), any(), 1);
  const TcpSocket one = connected(server(), loopback(0), loopback());
  write_sysctl(server(), "net/ipv4/tcp_syncookies", "0");
  const Said said = explain(server(), clients(), servers());
  EXPECT_THAT(said.cause(), ::testing::AnyOf("listening", "request-queue-full"));
  expect_predicted(said, said.cause(), send({client(), server(), clients(), servers()}));
}

TEST_P(Reality, ABacklogOfNothing) {
  const TcpSocket socket = listening(server(), any(), 0);
  const long before = counter(server(), "SyncookiesSent");
  const Said said = explain(server(), clients(), servers());
  expect_predicted(said, said.cause(), send({client(), server(), clients(), servers()}));
  const bool cookie = counter(server(), "SyncookiesSent") == before + 1;
  EXPECT_EQ(said.cause(), cookie ? "syn-cookies" : "listening");
}

// --- something with this 4-tuple is there already ---

TEST_P(Reality, AConnectionWhoseClientIsGone) {
  TcpSocket socket = listening(server(), any());
  TcpSocket gone = connected(client(), clients(), servers());
  const Accepted child = socket.accept(soon());
  ASSERT_EQ(child.error, 0);
  vanish(std::move(gone));
  const Said said = expect_over_the_link("connection-in-the-way");
  EXPECT_THAT(said.json["summary"], HasSubstr("ESTABLISHED"));
  EXPECT_THAT(said.json["summary"], HasSubstr("fd " + std::to_string(child.socket->fd())));
}

TEST_P(Reality, ARequestWhoseClientIsGone) {
  const TcpSocket socket = deferring(server(), any());
  vanish(connected(client(), clients(), servers()));
  expect_over_the_link("request-in-the-way");
}

// The end that closes first waits.
void close_first(TcpSocket& one, TcpSocket* other) {
  ASSERT_TRUE(one.shutdown(SHUT_WR).ok());
  const Deadline deadline = soon();
  while (one.info().state != TcpState::fin_wait_2) ASSERT_FALSE(deadline.passed());
  one.close();
  if (other) other->close();
}

TEST_P(Reality, TimeWaitBeforeAListener) {
  TcpSocket socket = listening(server(), any());
  TcpSocket peer = connected(client(), clients(), servers());
  TcpSocket child = *socket.accept(soon()).socket;
  close_first(child, &peer);
  await_row(server(), [](const Row& row) { return row.state == TcpState::time_wait; });
  const Said said = expect_over_the_link("listening");
  EXPECT_THAT(said.text, HasSubstr("TIME-WAIT"));
}

TEST_P(Reality, AfterTimeWaitThereIsNoSynCookie) {
  write_sysctl(server(), "net/ipv4/tcp_syncookies", "2");
  TcpSocket socket = listening(server(), any());
  TcpSocket peer = connected(client(), clients(), servers());
  TcpSocket child = *socket.accept(soon()).socket;
  close_first(child, &peer);
  await_row(server(), [](const Row& row) { return row.state == TcpState::time_wait; });
  const long before = counter(server(), "SyncookiesSent");
  expect_over_the_link("listening");
  // Before 6.10, tcp_v4_fill_cb() clears what TIME-WAIT has left for the request (tcp_tw_isn).
  utsname system{};
  ::uname(&system);
  int major = 0, minor = 0;
  ASSERT_EQ(std::sscanf(system.release, "%d.%d", &major, &minor), 2);
  const bool forgets = std::pair(major, minor) < std::pair(6, 10);
  EXPECT_EQ(counter(server(), "SyncookiesSent"), forgets ? before + 1 : before);
}

TEST_P(Reality, TimeWaitAndNobodyListens) {
  TcpSocket socket = listening(server(), any());
  TcpSocket peer = connected(client(), clients(), servers());
  TcpSocket child = *socket.accept(soon()).socket;
  close_first(child, &peer);
  socket.close();
  await_row(server(), [](const Row& row) { return row.state == TcpState::time_wait; });
  expect_over_the_link("time-wait-in-the-way");
}

TEST_P(Reality, HalfClosedAndTheOtherHalfGone) {
  TcpSocket socket = listening(server(), any());
  TcpSocket peer = connected(client(), clients(), servers());
  TcpSocket child = *socket.accept(soon()).socket;
  close_first(child, nullptr);
  vanish(std::move(peer));
  await_row(server(), [](const Row& row) { return row.kind == Kind::timewait; });
  expect_over_the_link("connection-in-the-way");
}

TEST_P(Reality, SimultaneousOpen) {
  // What the server sends gets lost, its own SYN too.
  add_neighbour(hosts_->server.netlink, hosts_->server.end.index, clients().address,
                Mac::numbered(99));
  TcpSocket waiting = bound(server(), servers());
  ASSERT_EQ(waiting.connect(clients()).error, EINPROGRESS);
  const Said said = expect_over_the_link("simultaneous-open");
  EXPECT_THAT(said.json["summary"], HasSubstr("fd " + std::to_string(waiting.fd())));
}

TEST_P(Reality, SelfConnect) { expect_within("self-connect", loopback(), loopback()); }

TEST_P(Reality, TheEphemeralRangeIsARisk) {
  write_sysctl(server(), "net/ipv4/ip_local_port_range", "50000 50100");
  Said said = explain(server(), loopback(client_port), loopback(50001));
  EXPECT_THAT(said.text, HasSubstr("self-connect-risk"));
  write_sysctl(server(), "net/ipv4/ip_local_reserved_ports", "50000-50001");
  said = explain(server(), loopback(client_port), loopback(50001));
  EXPECT_THAT(said.text, HasSubstr("reserved-port"));
}

}  // namespace
}  // namespace lab::test
