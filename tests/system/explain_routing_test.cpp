// SPDX-License-Identifier: MIT
//
// `explain` against reality: what routing decides before TCP is asked.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <linux/if.h>
#include <linux/rtnetlink.h>
#include <netlink/route/addr.h>
#include <netlink/route/link.h>
#include <netlink/route/link/vrf.h>

#include <cerrno>
#include <cstring>

#include "explain_fixture.hpp"
#include "net/route.hpp"
#include "util/error.hpp"

namespace lab::test {
namespace {

using ::testing::HasSubstr;

TEST_P(Reality, NotLocal) {
  const Endpoint nobodys{*Address::parse(ipv4() ? "10.0.0.9" : "fd00::9"), port};
  // The client's link believes that the server has it.
  add_neighbour(hosts_->client.netlink, hosts_->client.end.index, nobodys.address,
                hosts_->server.end.mac);
  const Said said = explain(server(), clients(), nobodys);
  expect_predicted(said, "not-local", send({client(), server(), clients(), nobodys}));
}

TEST_P(Reality, AnotherNamespaceHasTheAddress) {
  const Said said = explain(client(), clients(), servers());
  EXPECT_EQ(said.cause(), "not-local");
  EXPECT_THAT(said.json["summary"], HasSubstr("but of"));
  EXPECT_THAT(said.json["commands"][0].dump(),
              HasSubstr("orchestrator explain " + servers().str()));
}

TEST_P(Reality, NoRoute) {
  const Endpoint nowhere{*Address::parse(ipv4() ? "192.0.2.1" : "2001:db8::1"), port};
  const Said said = explain(server(), {nowhere.str()});
  expect_predicted(said, "no-route", send({server(), server(), any(0), nowhere}));
}

TEST_P(Reality, ALoopbackThatWasNeverUp) {
  const Namespace fresh = Namespace::create("fresh");
  const Said said = explain(fresh, {loopback().str()});
  expect_predicted(said, "interface-down", send({fresh, fresh, any(0), loopback()}));
}

// Whatever a namespace sends to itself goes over lo.
TEST_P(Reality, ALoopbackThatWentDown) {
  const TcpSocket socket = listening(server(), any());
  set_link_down(hosts_->server.netlink, {"lo", {}, 1});
  for (const Endpoint& destination : {loopback(), servers()}) {
    const Said said = explain(server(), {destination.str()});
    expect_predicted(said, "interface-down", send({server(), server(), any(0), destination}));
  }
  expect_over_the_link("listening");
}

// lo has ::1 only while it is up; 127.0.0.1 stays.
TEST_P(Reality, ALoopbackSourceWhileTheLoopbackIsDown) {
  set_link_down(hosts_->server.netlink, {"lo", {}, 1});
  const Said said = explain(server(), loopback(client_port), loopback());
  TcpSocket socket = TcpSocket::create(server(), family());
  EXPECT_EQ(socket.bind(loopback(client_port)).error, ipv4() ? 0 : EADDRNOTAVAIL);
  EXPECT_EQ(said.cause(), ipv4() ? "interface-down" : "source-cannot-be-bound") << said.text;
  EXPECT_EQ(said.answer(), ipv4() ? "nothing" : "not-sent");
  EXPECT_EQ(said.json["certain"], true) << said.text;
  if (ipv4()) return;
  EXPECT_EQ(said.json["errno"], "EADDRNOTAVAIL");
  const Said probed = explain(server(), loopback(client_port), loopback(), {"--probe"});
  EXPECT_EQ(probed.json["probe"]["as_predicted"], true) << probed.text;
}

// A route of type local is enough for bind() over IPv4, and over IPv6 it is not.
TEST_P(Reality, ASourceThatOnlyARouteMakesLocal) {
  const Endpoint source{*Address::parse(ipv4() ? "192.0.2.7" : "2001:db8::7"), client_port};
  if (!run_in(server(), fmt::format("ip {} route add local {} dev lo", ipv4() ? "-4" : "-6",
                                    source.address.str())))
    GTEST_SKIP() << "there is no ip(8) here";
  const TcpSocket listener = listening(server(), any());
  const Said said = explain(server(), source, servers());
  TcpSocket socket = TcpSocket::create(server(), family());
  EXPECT_EQ(socket.bind(source).error, ipv4() ? 0 : EADDRNOTAVAIL);
  EXPECT_EQ(said.cause(), ipv4() ? "listening" : "source-cannot-be-bound") << said.text;
}

// What a namespace sends to itself comes in on lo (ip6_rcv_core()).
TEST_P(Reality, Ipv6ThatIsOffOnLo) {
  const TcpSocket socket = listening(server(), any());
  write_sysctl(server(), "net/ipv6/conf/lo/disable_ipv6", "1");
  expect_within(ipv4() ? "listening" : "ipv6-off", servers(client_port), servers());
  expect_over_the_link("listening");
}

// connect() comes after bind().
TEST_P(Reality, ASourceThatListensBeforeABroadcastAddress) {
  const TcpSocket socket = listening(client(), any(client_port));
  const Endpoint all{*Address::parse(ipv4() ? "10.0.0.255" : "ff02::1"), port};
  const Said said = explain(client(), clients(), all);
  EXPECT_EQ(said.cause(), "source-in-use") << said.text;
  EXPECT_EQ(said.json["errno"], "EADDRINUSE");
}

// The route leads over a link whose other end is down.
TEST_P(Reality, ALinkWithoutACarrier) {
  set_link_down(hosts_->server.netlink, hosts_->server.end);
  const Deadline deadline = soon();
  Said said = explain(client(), {servers().str()});
  while (said.cause() != "no-carrier" && !deadline.passed())
    said = explain(client(), {servers().str()});
  EXPECT_EQ(said.cause(), "no-carrier") << said.text;
  EXPECT_EQ(said.answer(), "nothing");
}

TEST_P(Reality, AnAddressOfAnInterfaceThatIsDown) {
  if (!ipv4()) write_sysctl(server(), "net/ipv6/conf/eth0/keep_addr_on_down", "1");
  set_link_down(hosts_->server.netlink, hosts_->server.end);
  const Said said = explain(server(), {servers().str()});
  // IPv4 keeps it in the table of local addresses, IPv6 does not.
  expect_predicted(said, ipv4() ? "nothing-bound" : "interface-down",
                   send({server(), server(), any(0), servers()}));
}

// Its routes have gone, and with them the one back to the client.
TEST_P(Reality, ASynForAnInterfaceThatIsDown) {
  if (!ipv4()) GTEST_SKIP() << "IPv6 removes the address from the table of local ones";
  const TcpSocket socket = listening(server(), any());
  set_link_down(hosts_->server.netlink, hosts_->server.end);
  const Said said = explain(server(), clients(), servers());
  EXPECT_EQ(said.cause(), "interface-down") << said.text;
  EXPECT_EQ(said.answer(), "nothing");
  ASSERT_EQ(said.json["commands"].size(), 1U) << said.text;
  ASSERT_TRUE(run_printed(said.json["commands"][0]));
  expect_over_the_link("listening");
}

// The probe's socket needs the interface of the address, though it has no source.
TEST_P(Reality, AProbeToALinkLocalOrMulticastAddressNeedsItsInterface) {
  if (ipv4()) GTEST_SKIP() << "it is about IPv6";
  for (const char* destination : {"[fe80::5%lo]:8888", "[ff02::1%eth0]:8888", "[ff02::1]:8888"}) {
    SCOPED_TRACE(destination);
    const Said said = explain(server(), {destination, "--probe"});
    EXPECT_EQ(said.answer(), "not-sent") << said.text;
    EXPECT_EQ(said.json["probe"]["connect"], "ENETUNREACH") << said.text;
    EXPECT_EQ(said.json["probe"]["as_predicted"], true) << said.text;
  }
}

TEST_P(Reality, ABroadcastAddress) {
  const Endpoint all{*Address::parse(ipv4() ? "10.0.0.255" : "ff02::1"), port};
  const Said said = explain(server(), servers(client_port), all);
  expect_predicted(said, "not-unicast", send({server(), server(), any(0), all}));
}

// An address that the client has and the server knows nothing of.
class Strange : public Reality {
 protected:
  void SetUp() override {
    Reality::SetUp();
    if (!hosts_) return;
    stranger_ = {*Address::parse(ipv4() ? "192.0.2.1" : "2001:db8::1"), client_port};
    add_address(hosts_->client.netlink, hosts_->client.end.index, stranger_.address,
                ipv4() ? 32 : 128);
    await_address(hosts_->client.netlink, stranger_.address, soon());
  }
  Endpoint stranger_;
};
INSTANTIATE_TEST_SUITE_P(, Strange, ::testing::Values(Family::inet, Family::inet6), name_of);

TEST_P(Strange, HasNoRouteBack) {
  if (ipv4()) {
    write_sysctl(server(), "net/ipv4/conf/all/rp_filter", "0");
    write_sysctl(server(), "net/ipv4/conf/eth0/rp_filter", "0");
  }
  const TcpSocket socket = listening(server(), any());
  const Said said = explain(server(), stranger_, servers(), {"--device", "eth0"});
  expect_predicted(said, "no-return-route", send({client(), server(), stranger_, servers()}));
  EXPECT_EQ(explain(server(), stranger_, servers()).cause(), "no-return-route");
}

TEST_P(Strange, ComesTheWrongWay) {
  if (!ipv4()) GTEST_SKIP() << "IPv6 has no rp_filter";
  write_sysctl(server(), "net/ipv4/conf/eth0/rp_filter", "1");
  add_veth(hosts_->server.netlink, {"eth1", Mac::numbered(7), 7}, client(),
           {"eth1", Mac::numbered(8), 8});
  set_link_up(hosts_->server.netlink, {"eth1", Mac::numbered(7), 7});
  set_link_up(hosts_->client.netlink, {"eth1", Mac::numbered(8), 8});
  Route back;
  back.destination = stranger_.address;
  back.prefix_length = 32;
  back.link_index = 7;
  add_route(hosts_->server.netlink, back);
  const TcpSocket socket = listening(server(), any());
  const Said said = explain(server(), stranger_, servers(), {"--device", "eth0"});
  expect_predicted(said, "reverse-path-filter", send({client(), server(), stranger_, servers()}));
}

// An answer to a link-local address leaves by the interface on which the SYN came in, whatever
// routes other interfaces have.
TEST_P(Reality, ALinkLocalSenderBesideARuleThatRefusesAllOthers) {
  if (ipv4()) GTEST_SKIP() << "of IPv6";
  const TcpSocket socket = listening(server(), any());
  ASSERT_TRUE(run_in(server(), "ip -6 route add blackhole default table 100"));
  ASSERT_TRUE(run_in(server(), "ip -6 rule add pref 50 lookup 100"));
  const Address from = address("fe80::1"), to = address("fe80::2");
  ASSERT_TRUE(run_in(client(), "ip -6 addr add fe80::1/64 dev eth0 nodad"));
  ASSERT_TRUE(run_in(server(), "ip -6 addr add fe80::2/64 dev eth0 nodad"));
  add_neighbour(hosts_->client.netlink, hosts_->client.end.index, to, hosts_->server.end.mac);
  add_neighbour(hosts_->server.netlink, hosts_->server.end.index, from, hosts_->client.end.mac);
  const Said said = explain(server(), {fmt::format("[{}%eth0]:{}", to.str(), port), "from",
                                       fmt::format("[{}%eth0]:{}", from.str(), client_port)});
  EXPECT_EQ(said.cause(), "listening") << said.text;
  TcpSocket sender = TcpSocket::create(client(), family());
  ASSERT_TRUE(sender.bind_to_device("eth0").ok());
  EXPECT_EQ(sender.connect({to, port}).error, EINPROGRESS);
  EXPECT_EQ(sender.await_connected(soon()).error, 0);
}

TEST_P(Reality, AMartian) {
  if (!ipv4()) GTEST_SKIP() << "IPv6 takes packets from its own address";
  // Both have it; the server cannot believe that others do.
  const Endpoint both{*Address::parse("10.0.0.7"), client_port};
  add_address(hosts_->server.netlink, hosts_->server.end.index, both.address, 32);
  add_address(hosts_->client.netlink, hosts_->client.end.index, both.address, 32);
  const TcpSocket socket = listening(server(), any());
  const Said said = explain(server(), both, servers(), {"--device", "eth0"});
  expect_predicted(said, "martian", send({client(), server(), both, servers()}));
}

// __mkroute_output()
TEST_P(Reality, ALoopbackSourceMayNotLeave) {
  if (!ipv4()) GTEST_SKIP() << "IPv6 sends it";
  const Said said = explain(client(), loopback(client_port), servers());
  expect_predicted(said, "martian", send({client(), client(), loopback(client_port), servers()}));
}

TEST_P(Reality, AnOwnAddressWithoutItsLocalRoute) {
  const TcpSocket socket = listening(server(), any());
  if (!run_in(server(), fmt::format("ip {} route del local {} dev eth0 table local",
                                    ipv4() ? "-4" : "-6", servers().address.str())))
    GTEST_SKIP() << "no ip";
  const Said said = explain(server(), {servers().str()});
  EXPECT_EQ(said.cause(), "not-local") << said.text;
  EXPECT_THAT(said.json["summary"], HasSubstr("is an address of eth0, but"));
  ASSERT_EQ(said.json["commands"].size(), 1U) << said.text;
  ASSERT_TRUE(run_printed(said.json["commands"][0]));
  expect_within("listening", servers(client_port), servers());
}

// ipv6_unicast_destination()
TEST_P(Reality, AnAnycastAddress) {
  if (ipv4()) GTEST_SKIP() << "of IPv6";
  const TcpSocket socket = listening(server(), any());
  write_sysctl(server(), "net/ipv6/conf/all/forwarding", "1");
  expect_within("not-unicast", servers(client_port), {address("fd00::"), port});
}

// addrconf_ifdown()
TEST_P(Reality, Ipv6ThatIsOffOnTheLink) {
  if (ipv4()) GTEST_SKIP() << "of IPv6";
  const TcpSocket socket = listening(server(), any());
  write_sysctl(client(), "net/ipv6/conf/eth0/disable_ipv6", "1");
  expect_predicted(explain(client(), {servers().str()}), "ipv6-off",
                   send({client(), client(), any(0), servers()}));
  for (const std::vector<std::string>& more : {std::vector<std::string>{}, {"--device", "eth0"}}) {
    const Said said = explain(client(), servers(client_port), clients(port), more);
    EXPECT_EQ(said.cause(), "ipv6-off") << said.text;
    EXPECT_EQ(said.answer(), "nothing");
  }
}

// ip6_dst_lookup_tail() asks once more with the source that it chooses.
TEST_P(Reality, ARouteForSomeSourcesAlone) {
  if (ipv4()) GTEST_SKIP() << "of IPv6";
  if (!run_in(client(), "ip -6 route add default from fd00::/64 via fd00::2"))
    GTEST_SKIP() << "no ip";
  const Said said = explain(client(), {"[2001:db8::1]:8888"});
  EXPECT_EQ(said.cause(), "not-local") << said.text;
  EXPECT_EQ(said.answer(), "elsewhere");
  TcpSocket sender = TcpSocket::create(client(), family());
  EXPECT_EQ(sender.connect({address("2001:db8::1"), port}).error, EINPROGRESS);
}

// Duplicate address detection takes a second for each of its probes.
TEST_P(Reality, ATentativeAddress) {
  if (ipv4()) GTEST_SKIP() << "IPv4 detects no duplicates";
  const LinkEnd near{"eth1", Mac::numbered(7), 7}, far{"eth1", Mac::numbered(8), 8};
  add_veth(hosts_->server.netlink, near, client(), far);
  write_sysctl(server(), "net/ipv6/conf/eth1/dad_transmits", "100");
  // Up, and with ARP and neighbour discovery: without, nothing would be detected.
  for (const auto& [host, end] : {std::pair(&hosts_->server, near), {&hosts_->client, far}}) {
    rtnl_link* link = rtnl_link_alloc();
    rtnl_link* change = rtnl_link_alloc();
    rtnl_link_set_ifindex(link, end.index);
    rtnl_link_set_flags(change, IFF_UP);
    ASSERT_EQ(rtnl_link_change(host->netlink.get(), link, change, 0), 0);
    rtnl_link_put(link);
    rtnl_link_put(change);
  }
  const Endpoint tentative{*Address::parse("2001:db8::2"), port};
  rtnl_addr* entry = rtnl_addr_alloc();
  rtnl_addr_set_ifindex(entry, near.index);
  rtnl_addr_set_local(entry, to_nl(tentative.address, 64).get());
  ASSERT_EQ(rtnl_addr_add(hosts_->server.netlink.get(), entry, NLM_F_CREATE), 0);
  rtnl_addr_put(entry);

  const TcpSocket socket = listening(server(), any());
  const Said said = explain(server(), {tentative.str()});
  expect_predicted(said, "address-tentative", send({server(), server(), any(0), tentative}));
}

// --- VRF ---

class Vrf : public Reality {
 protected:
  void SetUp() override {
    Reality::SetUp();
    if (!hosts_) return;
    Netlink& netlink = hosts_->server.netlink;
    rtnl_link* vrf = rtnl_link_vrf_alloc();
    rtnl_link_set_name(vrf, "blue");
    rtnl_link_set_ifindex(vrf, 9);
    rtnl_link_vrf_set_tableid(vrf, 10);
    rtnl_link_set_flags(vrf, IFF_UP);
    const int error = netlink.error_of(rtnl_link_add(netlink.get(), vrf, NLM_F_CREATE));
    rtnl_link_put(vrf);
    if (error == EOPNOTSUPP) GTEST_SKIP() << "this kernel has no VRFs";
    ASSERT_EQ(error, 0) << std::strerror(error);
    // It goes down and up for it, which costs it its IPv6 addresses.
    ASSERT_EQ(rtnl_link_enslave_ifindex(netlink.get(), 9, hosts_->server.end.index), 0);
    await_running(netlink, hosts_->server.end, soon());
    if (!ipv4()) add_address(netlink, hosts_->server.end.index, servers().address, 64);
    add_neighbour(netlink, hosts_->server.end.index, clients().address, hosts_->client.end.mac);
    const auto local_in_vrf = [&] {
      return ask_route(netlink, {servers().address, std::nullopt, 0, 9}).type == RouteType::local;
    };
    ASSERT_TRUE(await_change(server(), ipv4() ? RTNLGRP_IPV4_ROUTE : RTNLGRP_IPV6_ROUTE,
                             local_in_vrf, soon()));
  }
};
INSTANTIATE_TEST_SUITE_P(, Vrf, ::testing::Values(Family::inet, Family::inet6), name_of);

TEST_P(Vrf, IsNotHeardByAListenerOutsideOfIt) {
  const TcpSocket socket = listening(server(), any());
  expect_over_the_link("other-vrf");
  // That the SYN comes in on eth0 is also what explain finds out by itself.
  expect_over_the_link("other-vrf", {"--device", "eth0"});
}

TEST_P(Vrf, IsHeardOutsideOfItByDecree) {
  write_sysctl(server(), "net/ipv4/tcp_l3mdev_accept", "1");
  const TcpSocket socket = listening(server(), any());
  expect_over_the_link("listening");
}

TEST_P(Vrf, IsHeardByItsOwnListener) {
  const TcpSocket socket = listening_on("blue");
  expect_over_the_link("listening");
  expect_on_loopback("other-vrf");
}

TEST_P(Vrf, ItsAddressIsNotLocalOutsideOfIt) {
  const Said said = explain(server(), {servers().str()});
  expect_predicted(said, "other-vrf", send({server(), server(), any(0), servers()}));
}

}  // namespace
}  // namespace lab::test
