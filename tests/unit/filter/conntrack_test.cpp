// SPDX-License-Identifier: MIT
#include "filter/conntrack.hpp"

#include <gmock/gmock.h>

#include "net/nftables.hpp"
#include "net/socket.hpp"
#include "unit/net/two_hosts.hpp"
#include "util/error.hpp"

namespace lab::filter {
namespace {

Endpoint at(const char* text) { return Endpoint::parse(text).value(); }

// As ip_vs_conn_seq_show() and ip_vs_info_seq_show() print them (net/netfilter/ipvs).
constexpr const char* connections =
    "Pro FromIP   FPrt ToIP     TPrt DestIP   DPrt State       Expires PEName PEData\n"
    "TCP 0A000001 9C40 0A000002 0050 AC110003 1F90 SYN_RECV         57\n"
    "UDP 0A000001 9C41 0A000002 0050 AC110004 1F90 UDP              57\n"
    "TCP fd00:0000:0000:0000:0000:0000:0000:0001 9C40 fd00:0000:0000:0000:0000:0000:0000:0002 0050 "
    "fd01:0000:0000:0000:0000:0000:0000:0003 1F90 SYN_RECV         57\n";
constexpr const char* services =
    "IP Virtual Server version 1.2.1 (size=4096)\n"
    "Prot LocalAddress:Port Scheduler Flags\n"
    "  -> RemoteAddress:Port Forward Weight ActiveConn InActConn\n"
    "TCP  0A000002:0050 rr \n"
    "  -> AC110003:1F90      Masq    1      0          0         \n"
    "  -> AC110004:0050      Route   1      0          0         \n"
    "TCP  [fd00:0000:0000:0000:0000:0000:0000:0002]:0050 rr \n"
    "  -> [fd01:0000:0000:0000:0000:0000:0000:0003]:1F90      Masq    1      0          0         "
    "\n";

TEST(Ipvs, TellsTheRealServerOfAConnection) {
  const auto inet = real_server_in(connections, at("10.0.0.1:40000"), at("10.0.0.2:80"));
  ASSERT_TRUE(inet.has_value());
  EXPECT_EQ(inet->str(), "172.17.0.3:8080");
  const auto inet6 = real_server_in(connections, at("[fd00::1]:40000"), at("[fd00::2]:80"));
  ASSERT_TRUE(inet6.has_value());
  EXPECT_EQ(inet6->str(), "[fd01::3]:8080");
  EXPECT_FALSE(real_server_in(connections, at("10.0.0.1:40001"), at("10.0.0.2:80"))) << "UDP";
  EXPECT_FALSE(real_server_in("", at("10.0.0.1:40000"), at("10.0.0.2:80")));
  EXPECT_FALSE(real_server_in("TCP 0A000001 9C40 0A000002 0050 ZZ 1F90 X 1", at("10.0.0.1:40000"),
                              at("10.0.0.2:80")));
}

TEST(Ipvs, TellsHowItForwards) {
  EXPECT_EQ(forwarding_in(services, at("172.17.0.3:8080")), "Masq");
  EXPECT_EQ(forwarding_in(services, at("172.17.0.4:80")), "Route");
  EXPECT_EQ(forwarding_in(services, at("[fd01::3]:8080")), "Masq");
  EXPECT_EQ(forwarding_in(services, at("172.17.0.9:80")), "");
}

class Conntrack : public ::testing::TestWithParam<Family> {};
INSTANTIATE_TEST_SUITE_P(, Conntrack, ::testing::Values(Family::inet, Family::inet6), name_of);

TEST_P(Conntrack, TellsWhereARedirectLeads) {
  SKIP_WITHOUT_ROOT();
  TwoHosts hosts;
  const Endpoint client = hosts.client.at(GetParam(), 40000);
  const Endpoint server = hosts.server.at(GetParam(), 80);
  std::optional<Nftables> nat;
  try {
    nat.emplace(hosts.server.space);
  } catch (const EnvironmentError& error) {
    GTEST_SKIP() << error.what();
  }
  ASSERT_EQ(nat->run("table inet n { chain p { type nat hook prerouting priority -100; "
                     "tcp dport 80 redirect to :8080; tcp dport 81 accept; }; }"),
            "");
  EXPECT_FALSE(translated_by_conntrack(hosts.server.space, client, server)) << "no connection yet";
  TcpSocket listener = TcpSocket::create(hosts.server.space, GetParam());
  ASSERT_TRUE(listener.bind({Address::any(GetParam()), 8080}).ok());
  ASSERT_TRUE(listener.listen(8).ok());
  TcpSocket socket = TcpSocket::create(hosts.client.space, GetParam());
  ASSERT_TRUE(socket.bind(client).ok());
  ASSERT_EQ(socket.connect(server).error, EINPROGRESS);
  ASSERT_EQ(socket.await_connected(Deadline(std::chrono::seconds(5))).error, 0);
  const auto translated = translated_by_conntrack(hosts.server.space, client, server);
  ASSERT_TRUE(translated.has_value());
  EXPECT_EQ(translated->source, client);
  EXPECT_EQ(translated->destination, hosts.server.at(GetParam(), 8080));
}

}  // namespace
}  // namespace lab::filter
