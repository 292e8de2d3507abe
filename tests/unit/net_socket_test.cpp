// SPDX-License-Identifier: MIT
#include <gmock/gmock.h>

#include <cerrno>
#include <optional>
#include <string>

#include "net/socket.hpp"
#include "net_two_hosts.hpp"

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

TEST_P(TcpSocketTest, WithoutAListenerIsRefused) {
  TcpSocket bound = hosts->server.socket(GetParam());
  ASSERT_EQ(bound.bind({Address::any(GetParam()), 8888}), Result{});
  TcpSocket client = hosts->client.socket(GetParam());
  EXPECT_EQ(client.connect(hosts->server.at(GetParam(), 8888)).error, EINPROGRESS);
  EXPECT_EQ(client.await_connected(soon()).error, ECONNREFUSED);
}

TEST_P(TcpSocketTest, MeetsItselfOnTheLoopback) {
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

TEST_P(TcpSocketTest, AbortSendsAReset) {
  TcpSocket listening = listener(8888);
  TcpSocket client = connected(8888);
  Accepted accepted = listening.accept(soon());
  ASSERT_EQ(accepted.error, 0);
  client.abort();
  EXPECT_FALSE(client.is_open());
  EXPECT_EQ(accepted.socket->receive(1, soon()).error, ECONNRESET);
}

// So does the end of a process, which nothing may outlive.
TEST_P(TcpSocketTest, WhatIsNotClosedIsAborted) {
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

TEST_P(TcpSocketTest, AWaitEndsAtItsDeadline) {
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

TEST_P(TcpSocketTest, AcceptWithoutListenIsInvalid) {
  TcpSocket socket = hosts->server.socket(GetParam());
  EXPECT_EQ(socket.accept(soon()).error, EINVAL);
}

TEST_P(TcpSocketTest, APortIsTakenUnlessBothSidesShareIt) {
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
