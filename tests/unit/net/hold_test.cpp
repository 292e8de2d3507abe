// SPDX-License-Identifier: MIT
#include <linux/membarrier.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <tuple>

#include "net/hold.hpp"
#include "net/ping.hpp"
#include "net/route.hpp"
#include "unit/net/two_hosts.hpp"

namespace lab {
namespace {

// Released packets may not have arrived yet: repeats until they have.
bool eventually(const std::function<bool()>& condition) {
  const Deadline deadline = soon();
  while (!condition())
    if (deadline.passed()) return false;
  return true;
}

Fd datagram_socket(TestHost& host, const Endpoint& local) {
  Fd fd(in(host.space, [&] {
    return ::socket(static_cast<int>(local.address.family()), SOCK_DGRAM | SOCK_CLOEXEC, 0);
  }));
  const int plenty = 8 << 20;
  for (const int option : {SO_SNDBUFFORCE, SO_RCVBUFFORCE})
    EXPECT_EQ(::setsockopt(fd.get(), SOL_SOCKET, option, &plenty, sizeof plenty), 0);
  sockaddr_storage address;
  const socklen_t length = local.to_sockaddr(address);
  EXPECT_EQ(::bind(fd.get(), reinterpret_cast<sockaddr*>(&address), length), 0);
  return fd;
}

// The MSS that the socket announced last (tcp_advertise_mss()).
std::uint32_t announced_mss(const TcpSocket& socket) {
  tcp_info info{};
  socklen_t size = sizeof info;
  EXPECT_EQ(::getsockopt(socket.fd(), IPPROTO_TCP, TCP_INFO, &info, &size), 0);
  return info.tcpi_advmss;
}

// Until what the kernel has freed by call_rcu() is gone; one grace period may begin another.
void await_rcu() {
  for (int period = 0; period < 4; ++period)
    ASSERT_EQ(::syscall(SYS_membarrier, MEMBARRIER_CMD_GLOBAL, 0, 0), 0);
}

using Mechanism = std::unique_ptr<Hold> (*)(HeldLink);

class HoldTest : public testing::TestWithParam<std::tuple<const char*, Mechanism, Family>> {
 protected:
  void SetUp() override {
    SKIP_WITHOUT_ROOT();
    hosts.emplace();
    a = make(hosts->client);
    b = make(hosts->server);
    if (!a) GTEST_SKIP() << "this kernel has no sch_plug";
  }
  std::unique_ptr<Hold> make(TestHost& host) { return std::get<1>(GetParam())(hosts->from(host)); }
  Family family() const { return std::get<2>(GetParam()); }
  Endpoint at_a(std::uint16_t port) { return hosts->client.at(family(), port); }
  Endpoint at_b(std::uint16_t port) { return hosts->server.at(family(), port); }
  bool reaches(TestHost& from, TestHost& to, const Deadline& deadline) {
    return ping(from.space, to.at(family(), 0).address, deadline).ok();
  }

  std::optional<TwoHosts> hosts;
  std::unique_ptr<Hold> a, b;  // the client's and the server's
};
INSTANTIATE_TEST_SUITE_P(
    , HoldTest,
    testing::Values(std::make_tuple("plug", &make_plug_hold, Family::inet),
                    std::make_tuple("plug", &make_plug_hold, Family::inet6),
                    std::make_tuple("neighbour", &make_neighbour_hold, Family::inet),
                    std::make_tuple("neighbour", &make_neighbour_hold, Family::inet6)),
    [](const auto& each) {
      return std::string(std::get<0>(each.param)) + "_" +
             std::string(to_string(std::get<2>(each.param)));
    });

TEST_P(HoldTest, LetsEverythingPassBeforeHold) {
  EXPECT_TRUE(reaches(hosts->client, hosts->server, soon()));
  EXPECT_TRUE(reaches(hosts->server, hosts->client, soon()));
}

TEST_P(HoldTest, HoldsOneDirectionAndReleasesIt) {
  a->hold();
  EXPECT_FALSE(reaches(hosts->client, hosts->server, shortly()));
  EXPECT_FALSE(reaches(hosts->server, hosts->client, shortly()));  // its reply is held
  a->release_all();
  EXPECT_TRUE(reaches(hosts->client, hosts->server, soon()));
}

TEST_P(HoldTest, CountsWhatItHoldsWhereTheKernelSays) {
  a->hold();
  TcpSocket socket = hosts->client.socket(family());
  EXPECT_EQ(socket.connect(at_b(80)).error, EINPROGRESS);
  if (a->mechanism() == "sch_plug")
    EXPECT_EQ(a->held(), 1u);
  else
    EXPECT_EQ(a->held(), std::nullopt);
  a->release_all();
  EXPECT_EQ(socket.await_connected(soon()).error, ECONNREFUSED);
}

// RFC 9293, 3.5, figure 7: two sockets, no listener; checks each state.
TEST_P(HoldTest, MakesSynsCrossEveryTime) {
  TcpSocket one = hosts->client.socket(family());
  TcpSocket other = hosts->server.socket(family());
  ASSERT_EQ(one.bind(at_a(40000)), Result{});
  ASSERT_EQ(other.bind(at_b(40001)), Result{});

  a->hold();
  b->hold();
  EXPECT_EQ(one.connect(at_b(40001)).error, EINPROGRESS);
  EXPECT_EQ(other.connect(at_a(40000)).error, EINPROGRESS);
  EXPECT_EQ(one.info().state, TcpState::syn_sent);
  EXPECT_EQ(other.info().state, TcpState::syn_sent);

  a->mark();
  b->mark();
  a->release_marked();  // one's SYN
  EXPECT_TRUE(eventually([&] { return other.info().state == TcpState::syn_received; }));
  EXPECT_EQ(one.info().state, TcpState::syn_sent);

  b->release_marked();  // other's SYN; its SYN-ACK came after the mark and stays
  EXPECT_TRUE(eventually([&] { return one.info().state == TcpState::syn_received; }));
  EXPECT_EQ(other.info().state, TcpState::syn_received);

  a->release_all();
  b->release_all();
  EXPECT_EQ(one.await_connected(soon()), Result{});
  EXPECT_EQ(other.await_connected(soon()), Result{});
  EXPECT_EQ(one.info().state, TcpState::established);
  EXPECT_EQ(other.info().state, TcpState::established);

  EXPECT_EQ(one.send("from one", soon()), Result{});
  EXPECT_EQ(other.receive(8, soon()).data, "from one");
  EXPECT_EQ(other.send("from other", soon()), Result{});
  EXPECT_EQ(one.receive(10, soon()).data, "from other");
  EXPECT_EQ(one.info().total_retransmissions, 0u);
  EXPECT_EQ(other.info().total_retransmissions, 0u);
}

TEST_P(HoldTest, ReleasesInTheOrderSentAndCanHoldAgain) {
  TcpSocket listening = hosts->server.socket(family());
  ASSERT_EQ(listening.bind(at_b(80)), Result{});
  ASSERT_EQ(listening.listen(4), Result{});
  TcpSocket client = hosts->client.socket(family());
  ASSERT_EQ(client.connect(at_b(80)).error, EINPROGRESS);
  ASSERT_EQ(client.await_connected(soon()), Result{});
  Accepted accepted = listening.accept(soon());
  ASSERT_EQ(accepted.error, 0);

  for (int round = 0; round < 3; ++round) {
    a->hold();
    EXPECT_EQ(client.send("1", soon()), Result{});
    a->mark();
    EXPECT_EQ(client.send("2", soon()), Result{});
    EXPECT_EQ(accepted.socket->receive(1, shortly()).error, EAGAIN);
    a->release_marked();
    EXPECT_EQ(accepted.socket->receive(1, soon()).data, "1");
    a->mark();
    EXPECT_EQ(client.send("3", soon()), Result{});
    EXPECT_EQ(accepted.socket->receive(1, shortly()).error, EAGAIN);
    a->release_marked();
    EXPECT_EQ(accepted.socket->receive(1, soon()).data, "2");
    a->release_all();
    EXPECT_EQ(accepted.socket->receive(1, soon()).data, "3");
  }
  EXPECT_EQ(client.info().state, TcpState::established);
}

// The socket keeps the route of its SYN (sk_dst_cache) and sends its SYN-ACK over it, after
// mark() has changed the routes. A route that was replaced has no device after a grace period,
// and over IPv6 the SYN-ACK then announced 1220, the MSS for the least MTU.
TEST_P(HoldTest, KeepsTheMssOfASocketWhoseSynIsHeld) {
  TcpSocket one = hosts->client.socket(family());
  TcpSocket other = hosts->server.socket(family());
  ASSERT_EQ(one.bind(at_a(40000)), Result{});
  ASSERT_EQ(other.bind(at_b(40001)), Result{});
  a->hold();
  b->hold();
  ASSERT_EQ(one.connect(at_b(40001)).error, EINPROGRESS);
  ASSERT_EQ(other.connect(at_a(40000)).error, EINPROGRESS);
  const std::uint32_t of_syn = announced_mss(one);
  EXPECT_EQ(of_syn, family() == Family::inet ? 1460U : 1440U);

  a->mark();
  await_rcu();
  b->release_all();  // other's SYN, which one answers with a SYN-ACK
  ASSERT_TRUE(eventually([&] { return one.info().state == TcpState::syn_received; }));
  EXPECT_EQ(announced_mss(one), of_syn);

  a->release_marked();
  a->release_all();
  EXPECT_EQ(one.await_connected(soon()), Result{});
  EXPECT_EQ(other.await_connected(soon()), Result{});
}

// Datagrams, since TCP would retransmit a loss.
TEST_P(HoldTest, KeepsTheOrderBeyondTheDefaultQueueLimit) {
  const Fd sender = datagram_socket(hosts->client, at_a(5000));
  const Fd receiver = datagram_socket(hosts->server, at_b(5000));
  sockaddr_storage address;
  const socklen_t length = at_b(5000).to_sockaddr(address);
  ASSERT_EQ(::connect(sender.get(), reinterpret_cast<sockaddr*>(&address), length), 0);

  constexpr int count = 500;
  a->hold();
  for (int number = 0; number < count; ++number)
    ASSERT_EQ(::send(sender.get(), &number, sizeof number, 0), sizeof number);
  EXPECT_FALSE(await_events(receiver.get(), POLLIN, shortly()));
  a->release_all();
  for (int expected = 0; expected < count; ++expected) {
    int number = -1;
    ASSERT_TRUE(await_events(receiver.get(), POLLIN, soon()));
    ASSERT_EQ(::recv(receiver.get(), &number, sizeof number, 0), sizeof number);
    EXPECT_EQ(number, expected);
  }
}

TEST_P(HoldTest, KeepsTheSourceAddress) {
  a->hold();
  TcpSocket socket = hosts->client.socket(family());
  EXPECT_EQ(socket.connect(at_b(80)).error, EINPROGRESS);
  EXPECT_EQ(socket.local().address, at_a(0).address);
  a->release_all();
}

TEST_P(HoldTest, RefusesCallsInTheWrongOrder) {
  EXPECT_THROW(a->mark(), std::logic_error);
  EXPECT_THROW(a->release_all(), std::logic_error);
  a->hold();
  EXPECT_THROW(a->hold(), std::logic_error);
  EXPECT_THROW(a->release_marked(), std::logic_error);
  a->mark();
  EXPECT_THROW(a->mark(), std::logic_error);
  EXPECT_TRUE(a->holding());
}

TEST_P(HoldTest, IsReleasedAfterTheLinkWentDown) {
  a->hold();
  set_link_down(hosts->client.netlink, hosts->client.end);
  EXPECT_NO_THROW(a->release_all());
  EXPECT_FALSE(a->holding());
}

TEST(MakeHold, PrefersSchPlugAndFallsBack) {
  SKIP_WITHOUT_ROOT();
  TwoHosts hosts;
  const bool has_plug = make_plug_hold(hosts.from(hosts.client)) != nullptr;
  const auto hold = make_hold(hosts.from(hosts.client));
  EXPECT_EQ(hold->mechanism(), has_plug ? "sch_plug" : "neighbour queue");
}

}  // namespace
}  // namespace lab
