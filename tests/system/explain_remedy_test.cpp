// SPDX-License-Identifier: MIT
//
// Each command that `explain` prints is run as printed, and does what it is printed for.
#include <gtest/gtest.h>

#include "explain_fixture.hpp"

namespace lab::test {
namespace {

class Remedy : public Reality {
 protected:
  void SetUp() override {
    Reality::SetUp();
    if (hosts_ && !run_in(server(), "ip link >/dev/null")) GTEST_SKIP() << "there is no ip(8)";
  }
  void run_command(const Said& said) {
    ASSERT_EQ(said.json["commands"].size(), 1U) << said.text;
    EXPECT_TRUE(run_printed(said.json["commands"][0])) << said.text;
  }
};
INSTANTIATE_TEST_SUITE_P(, Remedy, ::testing::Values(Family::inet, Family::inet6), name_of);

TEST_P(Remedy, EndsTheConnectionThatIsInTheWay) {
  const TcpSocket socket = listening(server(), any());
  vanish(connected(client(), clients(), servers()));
  const Said said = explain(server(), clients(), servers());
  ASSERT_EQ(said.cause(), "connection-in-the-way") << said.text;
  run_command(said);
  const Said after = explain(server(), clients(), servers());
  if (after.cause() == "connection-in-the-way")
    GTEST_SKIP() << "this kernel has no CONFIG_INET_DIAG_DESTROY";
  EXPECT_EQ(after.cause(), "listening") << after.text;
}

TEST_P(Remedy, SetsTheLoopbackUp) {
  set_link_down(hosts_->server.netlink, {"lo", {}, 1});
  const TcpSocket socket = listening(server(), any());
  const Said said = explain(server(), {servers().str()});
  ASSERT_EQ(said.cause(), "interface-down") << said.text;
  run_command(said);
  EXPECT_EQ(explain(server(), {servers().str()}).cause(), "listening");
}

TEST_P(Remedy, EnablesIpv6) {
  if (ipv4()) GTEST_SKIP() << "it is about IPv6";
  write_sysctl(server(), "net/ipv6/conf/all/disable_ipv6", "1");
  write_sysctl(server(), "net/ipv6/conf/lo/disable_ipv6", "1");
  const Said said = explain(server(), {loopback().str()});
  expect_predicted(said, "ipv6-off", send({server(), server(), any(0), loopback()}));
  run_command(said);
  EXPECT_EQ(explain(server(), {loopback().str()}).cause(), "nothing-bound");
}

// The name of a VLAN's interface has a dot in it, which sysctl takes for its separator.
TEST_P(Remedy, LoosensTheReversePathFilterOfAnInterfaceWithADot) {
  if (!ipv4()) GTEST_SKIP() << "IPv6 has no rp_filter";
  ASSERT_TRUE(run_in(server(), "ip link set eth0 down"));
  ASSERT_TRUE(run_in(server(), "ip link set eth0 name eth0.100"));
  ASSERT_TRUE(run_in(server(), "ip link set eth0.100 up"));
  write_sysctl(server(), "net/ipv4/conf/eth0.100/rp_filter", "1");
  ASSERT_TRUE(run_in(server(), "ip link add d0 type veth peer name d1"));
  ASSERT_TRUE(run_in(server(), "ip link set d0 up"));
  ASSERT_TRUE(run_in(server(), "ip link set d1 up"));
  ASSERT_TRUE(run_in(server(), "ip route add 192.0.2.1 dev d0"));
  const Endpoint stranger{*Address::parse("192.0.2.1"), client_port};
  const std::vector<std::string> more{"--device", "eth0.100"};
  const Said said = explain(server(), stranger, servers(), more);
  ASSERT_EQ(said.cause(), "reverse-path-filter") << said.text;
  run_command(said);
  EXPECT_EQ(explain(server(), stranger, servers(), more).cause(), "nothing-bound");
}

TEST_P(Remedy, AddsTheRouteBack) {
  const Endpoint stranger{*Address::parse(ipv4() ? "192.0.2.1" : "2001:db8::1"), client_port};
  if (ipv4()) {
    write_sysctl(server(), "net/ipv4/conf/all/rp_filter", "0");
    write_sysctl(server(), "net/ipv4/conf/eth0/rp_filter", "0");
  }
  const std::vector<std::string> more{"--device", "eth0"};
  const Said said = explain(server(), stranger, servers(), more);
  ASSERT_EQ(said.cause(), "no-return-route") << said.text;
  run_command(said);
  EXPECT_EQ(explain(server(), stranger, servers(), more).cause(), "nothing-bound");
}

TEST_P(Remedy, SwitchesSynCookiesOn) {
  const TcpSocket socket = deferring(server(), any(), 1);
  const TcpSocket one = connected(server(), loopback(0), loopback());
  const TcpSocket other = connected(server(), loopback(0), loopback());
  write_sysctl(server(), "net/ipv4/tcp_syncookies", "0");
  const Said said = explain(server(), clients(), servers());
  ASSERT_EQ(said.cause(), "request-queue-full") << said.text;
  run_command(said);
  EXPECT_EQ(explain(server(), clients(), servers()).cause(), "syn-cookies");
}

}  // namespace
}  // namespace lab::test
