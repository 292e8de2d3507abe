// SPDX-License-Identifier: MIT
//
// sock_diag asked about real sockets, each in a state that lasts.
#include "view/sock_diag.hpp"

#include <gmock/gmock.h>

#include <algorithm>

#include "unit/view/zoo.hpp"

namespace lab {
namespace {

using testing::fresh_namespace;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using testing::soon;
using testing::Zoo;

const Row* find(const std::vector<Row>& rows, const Endpoint& local, Kind kind = Kind::full) {
  const auto found = std::find_if(rows.begin(), rows.end(), [&](const Row& row) {
    return row.local == local && row.kind == kind;
  });
  return found == rows.end() ? nullptr : &*found;
}

const Row* find(const std::vector<Row>& rows, const TcpSocket& socket) {
  const auto found = std::find_if(rows.begin(), rows.end(),
                                  [&](const Row& row) { return row.cookie == socket.cookie(); });
  return found == rows.end() ? nullptr : &*found;
}

class SockDiagOfTheZoo : public ::testing::TestWithParam<Family> {
 protected:
  void SetUp() override {
    if (const auto why = testing::why_no_namespaces(); !why.empty()) GTEST_SKIP() << why;
    space_.emplace(fresh_namespace("zoo"));
    zoo_.emplace(*space_, GetParam());
    diag_.emplace(in(*space_, [] { return SockDiag::open_here(); }));
    // The last FIN may still be on its way.
    const Deadline deadline = soon();
    do {
      tables_ = diag_->read();
      ASSERT_FALSE(deadline.passed()) << "no TIME-WAIT in ten seconds";
    } while (!is_at_rest());
  }

  bool is_at_rest() const {
    const Row* closing = find(tables_.ehash, zoo_->fin_wait_2, Kind::timewait);
    const Row* finished = find(tables_.ehash, zoo_->time_wait, Kind::timewait);
    return closing && finished && finished->state == TcpState::time_wait;
  }

  std::optional<Namespace> space_;
  std::optional<Zoo> zoo_;
  std::optional<SockDiag> diag_;
  SockDiag::Tables tables_;
};

TEST_P(SockDiagOfTheZoo, ShowsAListenerAndItsQueue) {
  const Row* row = find(tables_.listeners, zoo_->listener);
  ASSERT_TRUE(row);
  EXPECT_EQ(row->state, TcpState::listen);
  EXPECT_EQ(row->kind, Kind::full);
  EXPECT_EQ(row->local, (Endpoint{Address::any(GetParam()), 8001}));
  EXPECT_EQ(row->remote, (Endpoint{Address::any(GetParam()), 0}));
  EXPECT_EQ(row->inode, zoo_->listener.inode());
  EXPECT_EQ(row->uid, 0U);
  EXPECT_EQ(row->accept_queue, 1U) << "one is waiting";
  EXPECT_EQ(row->accept_queue_max, 7U);
  EXPECT_EQ(row->device, "");
  EXPECT_EQ(row->retransmissions, std::nullopt);
  EXPECT_THAT(tables_.listeners, SizeIs(4));
}

TEST_P(SockDiagOfTheZoo, NamesTheDeviceInTheSocketsOwnNamespace) {
  const Row* row = find(tables_.listeners, zoo_->on_device);
  ASSERT_TRUE(row);
  EXPECT_EQ(row->device, "lo");
}

TEST(SockDiag, KnowsByTheReleaseWhetherBoundSocketsAreListed) {
  for (const char* release : {"6.8.0", "6.8.0-45-generic", "6.12.30+deb13-amd64", "7.0.1"})
    EXPECT_TRUE(lists_bound_since(release)) << release;
  for (const char* release : {"6.7.9", "5.10.0-28-amd64", "6", "", "six.eight"})
    EXPECT_FALSE(lists_bound_since(release)) << release;
}

// connect() and bind() need a port; a look must not.
TEST(SockDiag, ReadsANamespaceThatHasNoPortLeft) {
  if (const auto why = testing::why_no_namespaces(); !why.empty()) GTEST_SKIP() << why;
  const Namespace space = testing::fresh_namespace("exhausted");
  write_sysctl(space, "net/ipv4/ip_local_port_range", "40000 40000");
  const TcpSocket holder = testing::bound_socket(space, {Address::any(Family::inet), 40000});
  SockDiag diag = in(space, [] { return SockDiag::open_here(); });
  EXPECT_THAT(diag.read().ehash, IsEmpty());
}

TEST_P(SockDiagOfTheZoo, ShowsABoundOnlySocketWhereTheKernelCan) {
  if (!diag_->lists_bound()) {
    EXPECT_THAT(tables_.bound_only, IsEmpty());
    GTEST_SKIP() << "this kernel's sock_diag does not list bound sockets (needs 6.8)";
  }
  ASSERT_THAT(tables_.bound_only, SizeIs(1));
  const Row& row = tables_.bound_only[0];
  EXPECT_EQ(row.kind, Kind::full);
  EXPECT_EQ(row.state, TcpState::closed);
  EXPECT_EQ(row.local, (Endpoint{Address::any(GetParam()), 8000}));
  EXPECT_EQ(row.inode, zoo_->bound_only.inode());
  EXPECT_EQ(row.cookie, zoo_->bound_only.cookie());
}

TEST_P(SockDiagOfTheZoo, ShowsBothEndsOfAConnection) {
  const Row* client = find(tables_.ehash, zoo_->client);
  const Row* server = find(tables_.ehash, zoo_->server);
  ASSERT_TRUE(client && server);
  EXPECT_EQ(client->state, TcpState::established);
  EXPECT_EQ(client->kind, Kind::full);
  EXPECT_EQ(client->local, server->remote);
  EXPECT_EQ(client->remote, server->local);
  EXPECT_EQ(client->local, zoo_->client.local());
  EXPECT_EQ(client->retransmissions, 0U);
}

TEST_P(SockDiagOfTheZoo, FindsOneConnectionByItsEnds) {
  const auto client = diag_->find(zoo_->client.local(), *zoo_->client.remote());
  ASSERT_TRUE(client);
  EXPECT_EQ(client->cookie, zoo_->client.cookie());
  EXPECT_EQ(client->inode, zoo_->client.inode());
  const auto time_wait = diag_->find(zoo_->time_wait, {zoo_->loopback, 8001});
  ASSERT_TRUE(time_wait);
  EXPECT_EQ(time_wait->kind, Kind::timewait);
}

// The kernel's lookup would go on to the listener.
TEST_P(SockDiagOfTheZoo, FindsNoListenerInPlaceOfAConnection) {
  EXPECT_FALSE(diag_->find({zoo_->loopback, 8001}, {zoo_->loopback, 9}));
  EXPECT_FALSE(diag_->find({zoo_->loopback, 9}, {zoo_->loopback, 9}));
  EXPECT_TRUE(diag_->find(zoo_->client.local(), *zoo_->client.remote())) << "still in order";
}

TEST_P(SockDiagOfTheZoo, ShowsASocketConnectedToItselfOnce) {
  const auto count = std::count_if(tables_.ehash.begin(), tables_.ehash.end(), [](const Row& row) {
    return row.local.port == 34567 && row.remote.port == 34567;
  });
  EXPECT_EQ(count, 1);
  const Row* row = find(tables_.ehash, zoo_->self);
  ASSERT_TRUE(row);
  EXPECT_EQ(row->state, TcpState::established);
  EXPECT_EQ(row->local, row->remote);
}

TEST_P(SockDiagOfTheZoo, ShowsASynThatNobodyAnswers) {
  const Row* row = find(tables_.ehash, zoo_->syn_sent);
  ASSERT_TRUE(row);
  EXPECT_EQ(row->state, TcpState::syn_sent);
  EXPECT_EQ(row->kind, Kind::full);
}

TEST_P(SockDiagOfTheZoo, DistinguishesARequestFromAFullSocket) {
  const Row* client = find(tables_.ehash, zoo_->silent);
  const Row* request = find(tables_.ehash, zoo_->deferring.local(), Kind::request);
  ASSERT_TRUE(client && request);
  EXPECT_EQ(client->state, TcpState::established);
  EXPECT_EQ(request->state, TcpState::syn_received);
  EXPECT_EQ(request->remote, client->local);
  EXPECT_EQ(request->uid, std::nullopt) << "the kernel says 0 whoever listens";
  EXPECT_EQ(request->inode, 0U) << "no process holds it";
}

TEST_P(SockDiagOfTheZoo, DistinguishesTheShortStructFromAFullSocket) {
  const Row* time_wait = find(tables_.ehash, zoo_->time_wait, Kind::timewait);
  const Row* fin_wait_2 = find(tables_.ehash, zoo_->fin_wait_2, Kind::timewait);
  ASSERT_TRUE(time_wait && fin_wait_2);
  EXPECT_EQ(time_wait->state, TcpState::time_wait);
  EXPECT_EQ(fin_wait_2->state, TcpState::fin_wait_2);
  const Row* close_wait = find(tables_.ehash, zoo_->close_wait);
  ASSERT_TRUE(close_wait);
  EXPECT_EQ(close_wait->state, TcpState::close_wait);
}

TEST_P(SockDiagOfTheZoo, ReadsTheListenersAlone) {
  EXPECT_EQ(diag_->read_listeners(), tables_.listeners);
}

TEST_P(SockDiagOfTheZoo, ShowsNothingOfAnotherNamespace) {
  const Namespace other = fresh_namespace("other");
  SockDiag diag = in(other, [] { return SockDiag::open_here(); });
  const auto tables = diag.read();
  EXPECT_THAT(tables.listeners, IsEmpty());
  EXPECT_THAT(tables.bound_only, IsEmpty());
  EXPECT_THAT(tables.ehash, IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(Both, SockDiagOfTheZoo, ::testing::Values(Family::inet, Family::inet6),
                         [](const auto& each) { return std::string(to_string(each.param)); });

class SockDiagOfBothFamilies : public ::testing::Test {
 protected:
  void SetUp() override {
    if (const auto why = testing::why_no_namespaces(); !why.empty()) GTEST_SKIP() << why;
  }
};

// A socket made for IPv6 stays one, also when it speaks IPv4.
TEST_F(SockDiagOfBothFamilies, KeepsMappedAddressesInIpv6) {
  const Namespace space = fresh_namespace("dual");
  TcpSocket dual = TcpSocket::create(space, Family::inet6);
  testing::must(dual.set_v6only(false), "IPV6_V6ONLY");
  testing::must(dual.bind({Address::any(Family::inet6), 8001}), "bind");
  testing::must(dual.listen(8), "listen");
  const TcpSocket client =
      testing::connected_socket(space, {Address::loopback(Family::inet), 8001});
  const TcpSocket server = *dual.accept(soon()).socket;

  SockDiag diag = in(space, [] { return SockDiag::open_here(); });
  const auto tables = diag.read();
  EXPECT_EQ(tables.listeners.at(0).v6only, false);
  const Row* row = find(tables.ehash, server);
  ASSERT_TRUE(row);
  EXPECT_EQ(row->local, *Endpoint::parse("[::ffff:127.0.0.1]:8001"));
  EXPECT_EQ(find(tables.ehash, client)->remote, *Endpoint::parse("127.0.0.1:8001"));
}

TEST_F(SockDiagOfBothFamilies, ReportsAnIpv6OnlyListener) {
  const Namespace space = fresh_namespace("v6only");
  TcpSocket only = TcpSocket::create(space, Family::inet6);
  testing::must(only.set_v6only(true), "IPV6_V6ONLY");
  testing::must(only.bind({Address::any(Family::inet6), 8001}), "bind");
  testing::must(only.listen(8), "listen");
  const TcpSocket plain = testing::listening_socket(space, {Address::any(Family::inet), 8001});

  SockDiag diag = in(space, [] { return SockDiag::open_here(); });
  const auto tables = diag.read();
  ASSERT_TRUE(find(tables.listeners, only) && find(tables.listeners, plain));
  EXPECT_EQ(find(tables.listeners, only)->v6only, true);
  EXPECT_EQ(find(tables.listeners, plain)->v6only, std::nullopt) << "no meaning in IPv4";
}

// More than one datagram of the kernel's, each at most 32 KiB.
TEST_F(SockDiagOfBothFamilies, ReadsLongDumpsWhole) {
  const Namespace space = fresh_namespace("long");
  std::vector<TcpSocket> sockets;
  for (std::uint16_t port = 1000; port < 1500; ++port)
    sockets.push_back(testing::listening_socket(space, {Address::any(Family::inet), port}));
  SockDiag diag = in(space, [] { return SockDiag::open_here(); });
  const auto tables = diag.read();
  ASSERT_THAT(tables.listeners, SizeIs(500));
  for (const TcpSocket& socket : sockets) EXPECT_TRUE(find(tables.listeners, socket));
}

}  // namespace
}  // namespace lab
