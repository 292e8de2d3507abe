// SPDX-License-Identifier: MIT
#include <gmock/gmock.h>

#include <cerrno>
#include <optional>
#include <string>

#include "net/socket.hpp"
#include "unit/net/two_hosts.hpp"

namespace lab {
namespace {

class TcpSocketTest : public testing::TestWithParam<Family> {
 protected:
  void SetUp() override {
    SKIP_WITHOUT_ROOT();
    hosts.emplace();
  }

  TcpSocket listener(std::uint16_t port) {
    TcpSocket socket = hosts->server.socket(GetParam());
    EXPECT_EQ(socket.bind(hosts->server.at(GetParam(), port)), Result{});
    EXPECT_EQ(socket.listen(8), Result{});
    return socket;
  }
  TcpSocket connected(std::uint16_t port) {
    TcpSocket socket = hosts->client.socket(GetParam());
    EXPECT_EQ(socket.connect(hosts->server.at(GetParam(), port)).error, EINPROGRESS);
    EXPECT_EQ(socket.await_connected(soon()), Result{});
    return socket;
  }

  std::optional<TwoHosts> hosts;
};
INSTANTIATE_TEST_SUITE_P(, TcpSocketTest, testing::Values(Family::inet, Family::inet6), name_of);

TEST_P(TcpSocketTest, OpensExchangesAndCloses) {
  TcpSocket listening = listener(8888);
  EXPECT_EQ(listening.info().state, TcpState::listen);
  TcpSocket client = connected(8888);
  Accepted accepted = listening.accept(soon());
  ASSERT_EQ(accepted.error, 0);
  TcpSocket& server = *accepted.socket;

  EXPECT_EQ(client.info().state, TcpState::established);
  EXPECT_EQ(client.info().total_retransmissions, 0u);
  EXPECT_EQ(accepted.remote, client.local());
  EXPECT_EQ(client.remote(), hosts->server.at(GetParam(), 8888));
  EXPECT_EQ(server.local(), hosts->server.at(GetParam(), 8888));

  EXPECT_EQ(client.send("Hello", soon()), Result{});
  EXPECT_EQ(server.receive(5, soon()).data, "Hello");
  EXPECT_EQ(client.shutdown(SHUT_WR), Result{});
  EXPECT_TRUE(server.receive(1, soon()).closed);
  EXPECT_EQ(server.info().state, TcpState::close_wait);
}

TEST_P(TcpSocketTest, IsRefusedWithoutAListener) {
  TcpSocket bound = hosts->server.socket(GetParam());
  ASSERT_EQ(bound.bind({Address::any(GetParam()), 8888}), Result{});
  TcpSocket client = hosts->client.socket(GetParam());
  EXPECT_EQ(client.connect(hosts->server.at(GetParam(), 8888)).error, EINPROGRESS);
  EXPECT_EQ(client.await_connected(soon()).error, ECONNREFUSED);
}

TEST_P(TcpSocketTest, ConnectsToItselfOnTheLoopback) {
  const Endpoint both{Address::loopback(GetParam()), 34567};
  TcpSocket socket = hosts->client.socket(GetParam());
  ASSERT_EQ(socket.bind(both), Result{});
  // Over lo the whole exchange happens within the call.
  EXPECT_THAT(socket.connect(both).error, testing::AnyOf(0, EINPROGRESS));
  EXPECT_EQ(socket.await_connected(soon()), Result{});
  EXPECT_EQ(socket.local(), both);
  EXPECT_EQ(socket.remote(), both);
  EXPECT_EQ(socket.send("Hello", soon()), Result{});
  EXPECT_EQ(socket.receive(5, soon()).data, "Hello");
}

TEST_P(TcpSocketTest, SendsAResetOnAbort) {
  TcpSocket listening = listener(8888);
  TcpSocket client = connected(8888);
  Accepted accepted = listening.accept(soon());
  ASSERT_EQ(accepted.error, 0);
  client.abort();
  EXPECT_FALSE(client.is_open());
  EXPECT_EQ(accepted.socket->receive(1, soon()).error, ECONNRESET);
}

// So does the end of a process, which nothing may outlive.
TEST_P(TcpSocketTest, IsAbortedIfNotClosed) {
  TcpSocket listening = listener(8888);
  std::optional<TcpSocket> client = connected(8888);
  Accepted accepted = listening.accept(soon());
  ASSERT_EQ(accepted.error, 0);
  client.reset();
  EXPECT_EQ(accepted.socket->receive(1, soon()).error, ECONNRESET);

  client = connected(8888);
  Accepted another = listening.accept(soon());
  ASSERT_EQ(another.error, 0);
  another.socket.reset();
  EXPECT_EQ(client->receive(1, soon()).error, ECONNRESET);
}

// SO_LINGER that a scenario sets is obeyed, and does not prevent an abort.
TEST_P(TcpSocketTest, ClosesAsLingerSays) {
  const SocketOption& lingers = *find_socket_option("SO_LINGER");
  TcpSocket listening = listener(8888);
  TcpSocket first = connected(8888);
  Accepted of_first = listening.accept(soon());
  ASSERT_EQ(first.set_option(lingers, 0), Result{});
  first.close();
  EXPECT_EQ(of_first.socket->receive(1, soon()).error, ECONNRESET);

  TcpSocket second = connected(8888);
  Accepted of_second = listening.accept(soon());
  ASSERT_EQ(second.set_option(lingers, 5), Result{});
  second.abort();
  EXPECT_EQ(of_second.socket->receive(1, soon()).error, ECONNRESET);

  TcpSocket third = connected(8888);
  Accepted of_third = listening.accept(soon());
  third.close();
  EXPECT_TRUE(of_third.socket->receive(1, soon()).closed);
}

TEST_P(TcpSocketTest, ReportsThatItIsClosed) {
  TcpSocket socket = hosts->server.socket(GetParam());
  EXPECT_EQ(socket.set_option(*find_socket_option("SO_LINGER"), 5), Result{});
  EXPECT_EQ(socket.close(), 0);
  EXPECT_EQ(socket.close(), EBADF);
  EXPECT_EQ(socket.abort(), EBADF);
  EXPECT_EQ(socket.await_connected(soon()).error, EBADF);
  EXPECT_EQ(socket.get_option(*find_socket_option("SO_LINGER")).error, EBADF);
}

TEST_P(TcpSocketTest, InheritsLingerOnAccept) {
  TcpSocket listening = hosts->server.socket(GetParam());
  const SocketOption& lingers = *find_socket_option("SO_LINGER");
  ASSERT_EQ(listening.set_option(lingers, 3), Result{});
  ASSERT_EQ(listening.bind(hosts->server.at(GetParam(), 8888)), Result{});
  ASSERT_EQ(listening.listen(1), Result{});
  TcpSocket client = connected(8888);
  Accepted accepted = listening.accept(soon());
  ASSERT_EQ(accepted.error, 0);
  EXPECT_EQ(accepted.socket->get_option(lingers).value, 3);
}

TEST_P(TcpSocketTest, ReturnsToClosedOnDisconnect) {
  TcpSocket listening = listener(8888);
  TcpSocket client = connected(8888);
  Accepted accepted = listening.accept(soon());
  EXPECT_EQ(client.disconnect(), Result{});
  EXPECT_EQ(client.info().state, TcpState::closed);
  EXPECT_EQ(client.remote(), std::nullopt);
  EXPECT_EQ(accepted.socket->receive(1, soon()).error, ECONNRESET);
  EXPECT_EQ(client.connect(hosts->server.at(GetParam(), 8888)).error, EINPROGRESS);
  EXPECT_EQ(client.await_connected(soon()), Result{});
}

TEST_P(TcpSocketTest, AcceptsFromTheListenerThatHasAConnection) {
  TcpSocket one = listener(8888), other = listener(9999);
  TcpSocket* const both[] = {&one, &other};
  EXPECT_EQ(accept_any(both, shortly()).error, EAGAIN);
  TcpSocket client = connected(9999);
  const Accepted accepted = accept_any(both, soon());
  ASSERT_EQ(accepted.error, 0);
  EXPECT_EQ(accepted.listener, 1u);
  EXPECT_EQ(accepted.remote, client.local());
}

// Without a cookie the SYN asks for one and carries nothing; with it, it carries
// the data (RFC 7413, section 3).
TEST_P(TcpSocketTest, SendsDataWithTheSynOnceItHasACookie) {
  for (const TestHost* host : {&hosts->client, &hosts->server})
    write_sysctl(host->space, "net/ipv4/tcp_fastopen", "3");
  TcpSocket listening = hosts->server.socket(GetParam());
  ASSERT_EQ(listening.set_option(*find_socket_option("TCP_FASTOPEN"), 5), Result{});
  ASSERT_EQ(listening.bind(hosts->server.at(GetParam(), 8888)), Result{});
  ASSERT_EQ(listening.listen(5), Result{});
  const Endpoint server = hosts->server.at(GetParam(), 8888);

  TcpSocket first = hosts->client.socket(GetParam());
  const Sent asked = first.connect_with("Hello", server);
  EXPECT_EQ(asked.error, EINPROGRESS);
  EXPECT_EQ(asked.bytes, 0u);
  ASSERT_EQ(first.await_connected(soon()), Result{});
  EXPECT_THAT(first.info().options, testing::Not(testing::Contains("syn-data")));

  TcpSocket second = hosts->client.socket(GetParam());
  const Sent sent = second.connect_with("Hello", server);
  EXPECT_EQ(sent.error, 0);
  EXPECT_EQ(sent.bytes, 5u);
  ASSERT_EQ(second.await_connected(soon()), Result{});
  EXPECT_THAT(second.info().options, testing::Contains("syn-data"));
}

TEST_P(TcpSocketTest, ReportsTheOptionsOfItsConnection) {
  write_sysctl(hosts->client.space, "net/ipv4/tcp_timestamps", "0");
  TcpSocket listening = listener(8888);
  const TcpSocket client = connected(8888);
  EXPECT_THAT(client.info().options, testing::ElementsAre("sack", "wscale"));
}

TEST_P(TcpSocketTest, SendsOnceWhatFits) {
  TcpSocket listening = listener(8888);
  TcpSocket client = connected(8888);
  EXPECT_EQ(client.send_once("Hello").bytes, 5u);
  const std::string more_than_the_buffers_take(64 << 20, 'x');
  const Sent some = client.send_once(more_than_the_buffers_take);
  EXPECT_EQ(some.error, 0);
  EXPECT_LT(some.bytes, more_than_the_buffers_take.size());
  TcpSocket unconnected = hosts->client.socket(GetParam());
  EXPECT_EQ(unconnected.send_once("x").error, EPIPE);
}

TEST_P(TcpSocketTest, KnowsTheFamilyItWasMadeFor) {
  EXPECT_EQ(hosts->client.socket(GetParam()).family(), GetParam());
}

TEST_P(TcpSocketTest, StopsWaitingAtItsDeadline) {
  TcpSocket listening = listener(8888);
  EXPECT_EQ(listening.accept(shortly()).error, EAGAIN);
  TcpSocket client = connected(8888);
  EXPECT_EQ(client.receive(1, shortly()).error, EAGAIN);

  const Address nobody = address(GetParam() == Family::inet ? "10.0.0.9" : "fd00::9");
  add_neighbour(hosts->client.netlink, hosts->client.end.index, nobody, Mac::numbered(9));
  TcpSocket lonely = hosts->client.socket(GetParam());
  EXPECT_EQ(lonely.connect({nobody, 80}).error, EINPROGRESS);
  EXPECT_EQ(lonely.await_connected(shortly()).error, EINPROGRESS);
  EXPECT_EQ(lonely.info().state, TcpState::syn_sent);
}

TEST_P(TcpSocketTest, SendWaitsForRoomAndStopsAtTheDeadline) {
  TcpSocket listening = listener(8888);
  TcpSocket client = connected(8888);
  const std::string more_than_the_buffers_take(64 << 20, 'x');
  EXPECT_EQ(client.send(more_than_the_buffers_take, shortly()).error, EAGAIN);
}

TEST_P(TcpSocketTest, FailsToAcceptWithoutListen) {
  TcpSocket socket = hosts->server.socket(GetParam());
  EXPECT_EQ(socket.accept(soon()).error, EINVAL);
}

TEST_P(TcpSocketTest, RefusesABoundPortUnlessBothShareIt) {
  TcpSocket first = listener(8888);
  TcpSocket second = hosts->server.socket(GetParam());
  EXPECT_EQ(second.set_reuse_address(true), Result{});
  EXPECT_EQ(second.bind(hosts->server.at(GetParam(), 8888)).error, EADDRINUSE);

  TcpSocket third = hosts->server.socket(GetParam());
  TcpSocket fourth = hosts->server.socket(GetParam());
  for (TcpSocket* socket : {&third, &fourth}) {
    EXPECT_EQ(socket->set_reuse_port(true), Result{});
    EXPECT_EQ(socket->bind(hosts->server.at(GetParam(), 9999)), Result{});
    EXPECT_EQ(socket->listen(1), Result{});
  }
}

TEST_P(TcpSocketTest, BindsToADeviceOfItsOwnHost) {
  TcpSocket socket = hosts->client.socket(GetParam());
  EXPECT_EQ(socket.bind_to_device("eth0"), Result{});
  EXPECT_EQ(socket.bind_to_device("eth7").error, ENODEV);
}

TEST_P(TcpSocketTest, HasACookieAndAnInodeOfItsOwn) {
  TcpSocket one = hosts->client.socket(GetParam());
  TcpSocket other = hosts->client.socket(GetParam());
  EXPECT_NE(one.cookie(), 0u);
  EXPECT_EQ(one.cookie(), one.cookie());
  EXPECT_NE(one.cookie(), other.cookie());
  EXPECT_NE(one.inode(), other.inode());
  EXPECT_EQ(one.remote(), std::nullopt);
}

TEST(V6Only, DecidesWhetherIPv4CallersAreServed) {
  SKIP_WITHOUT_ROOT();
  TwoHosts hosts;
  for (const bool v6only : {false, true}) {
    TcpSocket listening = hosts.server.socket(Family::inet6);
    ASSERT_EQ(listening.set_v6only(v6only), Result{});
    ASSERT_EQ(listening.set_reuse_address(true), Result{});
    ASSERT_EQ(listening.bind({Address::any(Family::inet6), 8888}), Result{});
    ASSERT_EQ(listening.listen(1), Result{});
    TcpSocket client = hosts.client.socket(Family::inet);
    EXPECT_EQ(client.connect(hosts.server.at(Family::inet, 8888)).error, EINPROGRESS);
    EXPECT_EQ(client.await_connected(soon()).error, v6only ? ECONNREFUSED : 0);
    if (!v6only) {
      Accepted accepted = listening.accept(soon());
      EXPECT_EQ(accepted.remote.address.str(), "::ffff:10.0.0.1");
      accepted.socket->abort();
    }
  }
}

}  // namespace
}  // namespace lab
