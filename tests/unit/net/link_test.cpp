// SPDX-License-Identifier: MIT
#include <gmock/gmock.h>

#include <algorithm>
#include <cerrno>

#include "net/interfaces.hpp"
#include "net/link.hpp"
#include "net/ping.hpp"
#include "net/route.hpp"
#include "unit/net/two_hosts.hpp"
#include "util/error.hpp"

namespace lab {
namespace {

using testing::HasSubstr;

TEST(Mac, IsLocallyAdministered) {
  EXPECT_EQ(Mac::numbered(1).str(), "02:00:00:00:00:01");
  EXPECT_EQ(Mac::numbered(0x123456).str(), "02:00:00:12:34:56");
}

TEST(Link, HasItsEndsInTheTwoNamespacesFromTheStart) {
  SKIP_WITHOUT_ROOT();
  TwoHosts hosts;
  EXPECT_EQ(index_of(hosts.client.netlink, "eth0"), hosts.client.end.index);
  EXPECT_EQ(index_of(hosts.server.netlink, "eth0"), hosts.server.end.index);
}

TEST(Link, IsRefusedWithTheKernelsMessageIfItExists) {
  SKIP_WITHOUT_ROOT();
  TwoHosts hosts;
  LinkEnd again = hosts.client.end;
  again.index = 7;
  try {
    add_veth(hosts.client.netlink, again, hosts.server.space, {"eth1", Mac::numbered(3), 8});
    FAIL() << "two links named eth0";
  } catch (const SystemError& error) {
    EXPECT_EQ(error.error(), EEXIST);
    EXPECT_THAT(error.what(), HasSubstr("rtnl_link_add(eth0 (to eth1 of server) of client"));
    EXPECT_THAT(error.what(), HasSubstr("File exists"));
  }
}

TEST(Link, IsKnownToBePossibleWithoutBeingMade) {
  SKIP_WITHOUT_ROOT();
  const Namespace netns = Namespace::create("scratch");
  Netlink netlink(netns);
  const int before = highest_index(netlink);
  EXPECT_TRUE(has_veth(netlink));
  EXPECT_EQ(highest_index(netlink), before);
}

TEST(Link, HasTheHighestIndexIfItIsTheNewestDevice) {
  SKIP_WITHOUT_ROOT();
  TwoHosts hosts;
  EXPECT_EQ(highest_index(hosts.server.netlink), hosts.server.end.index);
}

TEST(Link, DoesNotComeUpIfItsOtherEndIsDown) {
  SKIP_WITHOUT_ROOT();
  TwoHosts hosts;
  set_link_down(hosts.server.netlink, hosts.server.end);
  set_link_down(hosts.client.netlink, hosts.client.end);
  set_link_up(hosts.client.netlink, hosts.client.end);
  try {
    await_running(hosts.client.netlink, hosts.client.end, shortly());
    FAIL() << "runs without a peer";
  } catch (const EnvironmentError& error) {
    EXPECT_THAT(error.what(), HasSubstr("link eth0 of client did not come up"));
  }
}

// The carrier is there at once, the queue a moment later.
TEST(Link, RunsAgainAfterItWasDown) {
  SKIP_WITHOUT_ROOT();
  TwoHosts hosts;
  for (int round = 0; round < 3; ++round) {
    set_link_down(hosts.client.netlink, hosts.client.end);
    set_link_down(hosts.server.netlink, hosts.server.end);
    set_link_up(hosts.client.netlink, hosts.client.end);
    set_link_up(hosts.server.netlink, hosts.server.end);
    for (TestHost* host : {&hosts.client, &hosts.server}) {
      const TestHost& peer = host == &hosts.client ? hosts.server : hosts.client;
      await_running(host->netlink, host->end, soon());
      add_neighbour(host->netlink, host->end.index, peer.inet, peer.end.mac);
    }
    ASSERT_EQ(ping(hosts.client.space, hosts.server.inet, soon()), Result{}) << round;
  }
}

TEST(Netlink, KeepsTheKernelsErrnoAndMessage) {
  SKIP_WITHOUT_ROOT();
  TwoHosts hosts;
  Route nowhere;
  nowhere.destination = address("192.0.2.0");
  nowhere.prefix_length = 24;
  nowhere.gateway = address("198.51.100.1");  // on no link of the client
  nowhere.link_index = hosts.client.end.index;
  try {
    add_route(hosts.client.netlink, nowhere);
    FAIL() << "a route through a gateway that cannot be reached";
  } catch (const SystemError& error) {
    EXPECT_EQ(error.error(), ENETUNREACH);
    EXPECT_STREQ(error.what(),
                 "rtnl_route_add(route to 192.0.2.0/24 of client: the kernel says \"Nexthop has "
                 "invalid gateway\"): Network is unreachable");
  }
}

class BothFamilies : public testing::TestWithParam<Family> {};
INSTANTIATE_TEST_SUITE_P(, BothFamilies, testing::Values(Family::inet, Family::inet6), name_of);

TEST_P(BothFamilies, AnswerPingAtOnce) {
  SKIP_WITHOUT_ROOT();
  TwoHosts hosts;
  EXPECT_EQ(ping(hosts.client.space, hosts.server.at(GetParam(), 0).address, soon()), Result{});
  EXPECT_EQ(ping(hosts.server.space, hosts.client.at(GetParam(), 0).address, soon()), Result{});
  EXPECT_EQ(ping(hosts.client.space, Address::loopback(GetParam()), soon()), Result{});
}

TEST_P(BothFamilies, ReportTheLinkAddressOfANeighbour) {
  SKIP_WITHOUT_ROOT();
  TwoHosts hosts;
  const Address server = hosts.server.at(GetParam(), 0).address;
  const std::string expected = hosts.server.end.mac.str();
  EXPECT_EQ(link_address_of(hosts.client.netlink, server), expected);
  EXPECT_EQ(link_address_of(hosts.server.netlink, server), "");  // nobody's own neighbour
  const auto interfaces = list_interfaces(hosts.server.netlink);
  const auto eth0 = std::ranges::find(interfaces, "eth0", &Interface::name);
  ASSERT_NE(eth0, interfaces.end());
  EXPECT_EQ(eth0->link_address, expected);
}

TEST_P(BothFamilies, ReportWhyPingCannotBeSent) {
  SKIP_WITHOUT_ROOT();
  TwoHosts hosts;
  const Address elsewhere = address(GetParam() == Family::inet ? "192.0.2.1" : "2001:db8::1");
  EXPECT_EQ(ping(hosts.client.space, elsewhere, soon()).error, ENETUNREACH);
}

TEST_P(BothFamilies, EndPingToASilentAddressAtTheDeadline) {
  SKIP_WITHOUT_ROOT();
  TwoHosts hosts;
  const Address nobody = address(GetParam() == Family::inet ? "10.0.0.9" : "fd00::9");
  add_neighbour(hosts.client.netlink, hosts.client.end.index, nobody, Mac::numbered(9));
  EXPECT_EQ(ping(hosts.client.space, nobody, shortly()).error, ETIMEDOUT);
}

// client eth0 -- eth0 server eth1 -- eth0 behind
TEST_P(BothFamilies, RouteThroughAGateway) {
  SKIP_WITHOUT_ROOT();
  const bool v4 = GetParam() == Family::inet;
  TwoHosts hosts;
  TestHost behind("behind", {"eth0", Mac::numbered(4), 2}, address("10.1.0.2"), address("fd01::2"));
  const LinkEnd eth1{"eth1", Mac::numbered(3), 3};
  const Address gateway = address(v4 ? "10.1.0.1" : "fd01::1");
  const int length = v4 ? 24 : 64;
  const Address target = behind.at(GetParam(), 0).address;

  add_veth(hosts.server.netlink, eth1, behind.space, behind.end);
  set_link_up(hosts.server.netlink, eth1);
  set_link_up(behind.netlink, behind.end);
  add_address(hosts.server.netlink, eth1.index, gateway, length);
  add_address(behind.netlink, behind.end.index, target, length);
  add_neighbour(hosts.server.netlink, eth1.index, target, behind.end.mac);
  add_neighbour(behind.netlink, behind.end.index, gateway, eth1.mac);
  await_address(hosts.server.netlink, gateway, soon());
  await_address(behind.netlink, target, soon());
  await_running(hosts.server.netlink, eth1, soon());
  await_running(behind.netlink, behind.end, soon());
  write_sysctl(hosts.server.space, v4 ? "net/ipv4/ip_forward" : "net/ipv6/conf/all/forwarding",
               "1");

  Route there;  // the default route
  there.destination = Address::any(GetParam());
  there.gateway = hosts.server.at(GetParam(), 0).address;
  there.link_index = hosts.client.end.index;
  add_route(hosts.client.netlink, there);
  Route back;
  back.destination = hosts.client.at(GetParam(), 0).address;
  back.prefix_length = v4 ? 32 : 128;
  back.gateway = gateway;
  back.link_index = behind.end.index;
  add_route(behind.netlink, back);

  EXPECT_EQ(ping(hosts.client.space, target, soon()), Result{});
  EXPECT_EQ(source_towards(hosts.client.netlink, target), hosts.client.at(GetParam(), 0).address);
  remove_route(hosts.client.netlink, there);
  EXPECT_EQ(ping(hosts.client.space, target, soon()).error, ENETUNREACH);
}

}  // namespace
}  // namespace lab
