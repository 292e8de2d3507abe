// SPDX-License-Identifier: MIT
//
// Topologies built for real: what reaches what.
#include <gmock/gmock.h>
#include <net/if.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>

#include "check/resolve.hpp"
#include "net/interfaces.hpp"
#include "net/ping.hpp"
#include "net/socket.hpp"
#include "run/addresses.hpp"
#include "run/features.hpp"
#include "run/host.hpp"
#include "unit/run/scenes.hpp"
#include "util/error.hpp"
#include "util/fd.hpp"

namespace lab::run {
namespace {

using testing::HasSubstr;

Deadline soon() { return Deadline(std::chrono::seconds(10)); }
Deadline shortly() { return Deadline(std::chrono::milliseconds(50)); }

class Build : public testing::TestWithParam<Family> {
 protected:
  void SetUp() override { SKIP_WITHOUT_ROOT(); }

  void build(const scenario::Scenario& scenario) {
    hosts = run::build(scenario, GetParam());
    timeline.family = GetParam();
    for (const Host& host : hosts) timeline.hosts.push_back(record_of(host));
  }

  Host& the(const std::string& name) {
    return *std::ranges::find_if(hosts, [&](const Host& each) { return each.name() == name; });
  }
  // "server", "server@second"
  Address at(const std::string& place) {
    const std::size_t sign = place.find('@');
    return resolve(
               {place.substr(0, sign), {}, sign == std::string::npos ? "" : place.substr(sign + 1)},
               timeline)
        .address;
  }
  int ping(const std::string& from, const std::string& to) {
    return lab::ping(the(from).netns(), at(to), soon()).error;
  }
  bool is_silent(const std::string& from, const std::string& to) {
    return lab::ping(the(from).netns(), at(to), shortly()).error == ETIMEDOUT;
  }

  std::deque<Host> hosts;
  Timeline timeline;
};
INSTANTIATE_TEST_SUITE_P(, Build, testing::Values(Family::inet, Family::inet6), name_of);

TEST_P(Build, HostsReachEachOtherThroughARouter) {
  build(routed());
  EXPECT_EQ(ping("client", "server"), 0);
  EXPECT_EQ(ping("server", "client"), 0);
  EXPECT_EQ(ping("client", "router@eth1"), 0);
}

TEST_P(Build, AHostThatDoesNotForwardPassesNothingOn) {
  scenario::Scenario scenario = routed();
  scenario.hosts[2].forwards = false;
  build(scenario);
  EXPECT_TRUE(is_silent("client", "server"));
  EXPECT_EQ(ping("client", "router"), 0);
}

TEST_P(Build, FurtherAddressesAreReachedOnTheLinkAndOnLo) {
  scenario::Scenario scenario = two_hosts();
  scenario.hosts[1].addresses = {{"second", "eth0"}, {"inner", "lo"}};
  build(scenario);
  EXPECT_NE(at("server@second"), at("server"));
  EXPECT_EQ(ping("client", "server"), 0);
  EXPECT_EQ(ping("client", "server@second"), 0);
  EXPECT_EQ(ping("client", "server@inner"), 0);
}

TEST_P(Build, FurtherAddressesAreReachedThroughARouter) {
  scenario::Scenario scenario = routed();
  scenario.hosts[1].addresses = {{"second", "eth0"}, {"inner", "lo"}};
  build(scenario);
  EXPECT_EQ(ping("client", "server@second"), 0);
  EXPECT_EQ(ping("client", "server@inner"), 0);
}

TEST_P(Build, LinksUseTheAddressesOfTheFile) {
  scenario::Scenario scenario = two_hosts();
  scenario.links[0].addresses = {
      {Family::inet, {*Address::parse("10.9.0.1"), *Address::parse("198.51.100.1")}},
      {Family::inet6, {*Address::parse("fd09::1"), *Address::parse("2001:db8:9::1")}}};
  build(scenario);
  EXPECT_EQ(at("server").str(), GetParam() == Family::inet ? "198.51.100.1" : "2001:db8:9::1");
  EXPECT_EQ(ping("client", "server"), 0);
  EXPECT_EQ(ping("server", "client"), 0);
}

TEST_P(Build, AHostWithoutAStackReceivesEverythingAndAnswersNothing) {
  scenario::Scenario scenario = two_hosts();
  scenario.hosts[1].stack = scenario::Stack::none;
  build(scenario);
  EXPECT_TRUE(is_silent("client", "server"));
  TcpSocket socket = TcpSocket::create(the("client").netns(), GetParam());
  ASSERT_EQ(socket.connect({at("server"), 80}).error, EINPROGRESS);
  EXPECT_EQ(socket.await_connected(shortly()).error, EINPROGRESS) << "the SYN was answered";

  std::vector<Packet> packets;
  the("server").capture().drain(packets);
  const auto sent = std::ranges::count(packets, true, &Packet::outgoing);
  EXPECT_EQ(sent, 0) << "the kernel of a host without a stack sent packets";
  EXPECT_TRUE(std::ranges::any_of(packets, [&](const Packet& packet) {
    return packet.segment && packet.segment->flags.syn &&
           packet.segment->destination == Endpoint{at("server"), 80};
  })) << "the SYN did not arrive";
}

TEST_P(Build, ALinkHasItsMtuAtBothEnds) {
  scenario::Scenario scenario = two_hosts();
  scenario.links[0].mtu = 1400;
  build(scenario);
  ASSERT_EQ(hosts.size(), 2u);
  for (Host& host : hosts) {
    const Fd socket(in(host.netns(), [] { return ::socket(AF_INET, SOCK_DGRAM, 0); }));
    ifreq request{"eth0", {}};
    ASSERT_EQ(::ioctl(socket.get(), SIOCGIFMTU, &request), 0);
    EXPECT_EQ(request.ifr_mtu, 1400);
  }
}

TEST_P(Build, SysctlsOfAnInterfaceAreWrittenOnceItExists) {
  scenario::Scenario scenario = two_hosts();
  scenario.hosts[0].sysctls = {{"net.ipv4.conf.eth0.log_martians", "1"},
                               {"net.ipv4.tcp_syncookies", "0"}};
  build(scenario);
  EXPECT_EQ(read_sysctl(the("client").netns(), "net/ipv4/conf/eth0/log_martians"), "1");
  EXPECT_EQ(read_sysctl(the("client").netns(), "net/ipv4/tcp_syncookies"), "0");
}

TEST_P(Build, ForwardedPacketsCanBeHeld) {
  build(routed());
  the("router").hold();
  EXPECT_TRUE(is_silent("client", "server"));
  the("router").release_all();
  EXPECT_EQ(ping("client", "server"), 0);
}

TEST_P(Build, PacketsToAFurtherAddressCanBeHeld) {
  scenario::Scenario scenario = two_hosts();
  scenario.hosts[1].addresses = {{"second", "eth0"}, {"inner", "lo"}};
  build(scenario);
  the("client").hold();
  EXPECT_TRUE(is_silent("client", "server@second"));
  EXPECT_TRUE(is_silent("client", "server@inner"));
  the("client").release_all();
  EXPECT_EQ(ping("client", "server@second"), 0);
  EXPECT_EQ(ping("client", "server@inner"), 0);
}

TEST_P(Build, ASlowLinkIsSlowInBothDirections) {
  scenario::Scenario scenario = two_hosts();
  scenario.links[0].delay = std::chrono::milliseconds(30);
  if (const auto why = why_missing("netem")) {
    EXPECT_THROW(build(scenario), EnvironmentError);
    GTEST_SKIP() << *why;
  }
  build(scenario);
  const Timestamp begin = now();
  EXPECT_EQ(ping("client", "server"), 0);
  EXPECT_GE(now() - begin, 60'000'000);  // ns
}

TEST_P(Build, ASlowLinkCanBeHeld) {
  if (const auto why = why_missing("netem")) GTEST_SKIP() << *why;
  scenario::Scenario scenario = two_hosts();
  scenario.links[0].delay = std::chrono::milliseconds(1);
  build(scenario);
  the("client").hold();
  EXPECT_TRUE(is_silent("client", "server"));
  the("client").release_all();
  EXPECT_EQ(ping("client", "server"), 0);
}

TEST_P(Build, AHostWithVrfsAnswersInEach) {
  scenario::Scenario scenario = two_hosts();
  scenario.hosts[1].vrfs = {{"red", {"eth0"}}};
  scenario.hosts[1].addresses = {{"second", "eth0"}, {"inner", "red"}};
  if (const auto why = why_missing("vrf")) {
    EXPECT_THROW(build(scenario), EnvironmentError);
    GTEST_SKIP() << *why;
  }
  build(scenario);
  EXPECT_EQ(ping("client", "server"), 0);
  EXPECT_EQ(ping("client", "server@second"), 0);
  EXPECT_EQ(ping("client", "server@inner"), 0);
  EXPECT_EQ(ping("server", "client"), ENETUNREACH) << "by a socket that is in no VRF";
}

TEST_P(Build, AVrfHasItsOwnRoutes) {
  if (const auto why = why_missing("vrf")) GTEST_SKIP() << *why;
  scenario::Scenario scenario = routed();
  scenario.hosts[1].vrfs = {{"red", {"eth0"}}};
  build(scenario);
  EXPECT_EQ(ping("client", "server"), 0);
}

TEST_P(Build, TheFirewallIsActiveAndResolvesHosts) {
  if (const auto why = why_missing("nftables")) GTEST_SKIP() << *why;
  scenario::Scenario scenario = two_hosts();
  scenario.hosts[1].addresses = {{"second", "eth0"}};
  const std::string ip = GetParam() == Family::inet ? "ip" : "ip6";
  scenario.hosts[1].nftables =
      "table inet filter {\n"
      "  chain in {\n"
      "    type filter hook input priority 0\n    " +
      ip + " saddr $client_eth0 " + ip + " daddr $server_second drop\n" +
      "  }\n"
      "}\n";
  build(scenario);
  EXPECT_EQ(ping("client", "server"), 0);
  EXPECT_TRUE(is_silent("client", "server@second"));
}

TEST_P(Build, AMistakeInTheFirewallIsReportedWithItsPlace) {
  if (const auto why = why_missing("nftables")) GTEST_SKIP() << *why;
  scenario::Scenario scenario = two_hosts();
  scenario.hosts[1].nftables = "table inet filter {\n  chian in {\n";
  scenario.hosts[1].at = {9, 5};
  try {
    build(scenario);
    FAIL() << "nft knows no chian";
  } catch (const UsageError& error) {
    EXPECT_THAT(error.what(),
                HasSubstr("scene.yaml:9: the kernel refused the nftables of host server: "
                          "line 2:3-7: Error: syntax error"));
  }
}

}  // namespace
}  // namespace lab::run
