// SPDX-License-Identifier: MIT
#include <gmock/gmock.h>

#include <cerrno>

#include "net/pump.hpp"
#include "unit/net/two_hosts.hpp"

namespace lab {
namespace {

class PumpTest : public testing::Test {
 protected:
  void SetUp() override {
    SKIP_WITHOUT_ROOT();
    hosts.emplace();
    TcpSocket listening = hosts->server.socket(Family::inet);
    ASSERT_EQ(listening.bind(hosts->server.at(Family::inet, 8888)), Result{});
    ASSERT_EQ(listening.listen(1), Result{});
    client.emplace(hosts->client.socket(Family::inet));
    ASSERT_EQ(client->connect(hosts->server.at(Family::inet, 8888)).error, EINPROGRESS);
    ASSERT_EQ(client->await_connected(soon()), Result{});
    Accepted accepted = listening.accept(soon());
    ASSERT_EQ(accepted.error, 0);
    server.emplace(std::move(*accepted.socket));
  }

  std::optional<TwoHosts> hosts;
  std::optional<TcpSocket> client, server;
};

TEST_F(PumpTest, MovesMoreThanAnyBufferHolds) {
  constexpr std::uint64_t much = 16 << 20;
  const Pumped pumped = pump(*client, *server, much, soon());
  EXPECT_EQ(pumped.error, 0);
  EXPECT_EQ(pumped.bytes, much);
  EXPECT_EQ(server->receive(1, shortly()).error, EAGAIN) << "more arrived than was sent";
}

// The pattern begins with 0, 1, 2.
TEST_F(PumpTest, NoticesAByteThatIsNotTheOneSent) {
  ASSERT_EQ(client->send(std::string_view("\0\1x", 3), soon()), Result{});
  const Pumped pumped = pump(*client, *server, 1000, soon());
  EXPECT_TRUE(pumped.differs);
  EXPECT_EQ(pumped.bytes, 2u);
}

TEST_F(PumpTest, EndsWithTheStream) {
  ASSERT_EQ(client->send(std::string_view("\0\1\2", 3), soon()), Result{});
  ASSERT_EQ(client->shutdown(SHUT_WR), Result{});
  // What is written elsewhere does not arrive here.
  const Pumped pumped = pump(*server, *server, 1000, soon());
  EXPECT_EQ(pumped.bytes, 3u);
  EXPECT_TRUE(pumped.closed);
}

TEST_F(PumpTest, GivesTheErrnoOfAReset) {
  server->abort();
  EXPECT_EQ(client->receive(1, soon()).error, ECONNRESET);
  EXPECT_EQ(pump(*client, *client, 1000, soon()).error, EPIPE);
}

TEST_F(PumpTest, WaitsNoLongerThanItsDeadline) {
  const Pumped pumped = pump(*server, *server, 1000, shortly());  // nobody answers
  EXPECT_EQ(pumped.error, EAGAIN);
  EXPECT_EQ(pumped.bytes, 0u);
}

TEST_F(PumpTest, AllowsOneSocketAsBothEnds) {
  const Endpoint both{Address::loopback(Family::inet), 34567};
  TcpSocket socket = hosts->client.socket(Family::inet);
  ASSERT_EQ(socket.bind(both), Result{});
  EXPECT_THAT(socket.connect(both).error, testing::AnyOf(0, EINPROGRESS));
  ASSERT_EQ(socket.await_connected(soon()), Result{});
  constexpr std::uint64_t much = 4 << 20;
  EXPECT_EQ(pump(socket, socket, much, soon()).bytes, much);
}

}  // namespace
}  // namespace lab
