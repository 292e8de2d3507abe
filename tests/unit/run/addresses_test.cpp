// SPDX-License-Identifier: MIT
#include "run/addresses.hpp"

#include <gtest/gtest.h>

#include <set>

#include "util/error.hpp"

namespace lab::run {
namespace {

TEST(Addresses, EachLinkIsItsOwnNetwork) {
  EXPECT_EQ(link_address(Family::inet, 0, 0).str(), "10.0.0.1");
  EXPECT_EQ(link_address(Family::inet, 7, 1).str(), "10.0.7.2");
  EXPECT_EQ(link_address(Family::inet6, 0, 0).str(), "fd00::1");
  EXPECT_EQ(link_address(Family::inet6, 16, 1).str(), "fd00:0:0:10::2");
}

TEST(Addresses, ThousandsOfLinksAndHostsHaveNetworksOfTheirOwn) {
  EXPECT_EQ(link_address(Family::inet, 255, 0).str(), "10.0.255.1");
  EXPECT_EQ(link_address(Family::inet, 256, 0).str(), "10.2.0.1");
  EXPECT_EQ(link_address(Family::inet6, 256, 0).str(), "fd00:0:0:100::1");
  EXPECT_EQ(lone_address(Family::inet, 255, 1).str(), "10.1.255.1");
  EXPECT_EQ(lone_address(Family::inet, 256, 1).str(), "10.128.0.1");
  for (const Family family : {Family::inet, Family::inet6}) {
    std::set<Address> all;
    for (std::size_t link = 0; link < scenario::most_links; ++link)
      all.insert(link_address(family, link, 0));
    for (std::size_t host = 0; host < scenario::most_hosts; ++host)
      all.insert(lone_address(family, host, 1));
    EXPECT_EQ(all.size(), scenario::most_links + scenario::most_hosts);
  }
}

TEST(Addresses, RunOutInsteadOfWrapping) {
  EXPECT_THROW(link_address(Family::inet, scenario::most_links, 0), UsageError);
  EXPECT_THROW(lone_address(Family::inet, scenario::most_hosts, 1), UsageError);
  EXPECT_THROW(lone_address(Family::inet, 0, 256), UsageError);
}

// server: eth0, eth1, and "second" on eth0. lonely: no link.
Timeline timeline_of(Family family) {
  const bool v4 = family == Family::inet;
  const auto address = [&](const char* inet, const char* inet6) {
    return *Address::parse(v4 ? inet : inet6);
  };
  Timeline timeline;
  timeline.family = family;
  HostRecord server{"server", {}, 0};
  server.addresses = {{"eth0", address("10.0.0.2", "fd00::2")},
                      {"eth1", address("10.0.1.1", "fd00:0:0:1::1")}};
  server.extra_addresses = {{"second", "eth0", address("10.0.0.3", "fd00::3")}};
  timeline.hosts = {server, HostRecord{"lonely", {}, 0}};
  return timeline;
}

// "server@second", port 8888, for a socket of the family played or another.
std::string resolved(const std::string& place, Family played,
                     std::optional<Family> socket = std::nullopt) {
  const std::size_t at = place.find('@');
  return resolve(
             {place.substr(0, at), {8888, ""}, at == std::string::npos ? "" : place.substr(at + 1)},
             timeline_of(played), socket)
      .str();
}

TEST(Addresses, APlaceMeansTheHostsFirstAddressOrAWord) {
  EXPECT_EQ(resolved("server", Family::inet6), "[fd00::2]:8888");
  EXPECT_EQ(resolved("any", Family::inet6), "[::]:8888");
  EXPECT_EQ(resolved("any", Family::inet), "0.0.0.0:8888");
  EXPECT_EQ(resolved("any4", Family::inet), "0.0.0.0:8888");
  EXPECT_EQ(resolved("any6", Family::inet), "[::]:8888");
  EXPECT_EQ(resolved("loopback", Family::inet6), "[::1]:8888");
  EXPECT_EQ(resolved("nowhere", Family::inet), "192.0.2.1:8888");
  EXPECT_EQ(resolved("nowhere", Family::inet6), "[2001:db8::1]:8888");
  EXPECT_THROW(resolved("lonely", Family::inet), UsageError);
}

TEST(Addresses, APlaceMayNameTheInterfaceOrTheAddress) {
  EXPECT_EQ(resolved("server@eth1", Family::inet), "10.0.1.1:8888");
  EXPECT_EQ(resolved("server@second", Family::inet), "10.0.0.3:8888");
  EXPECT_EQ(resolved("server@second", Family::inet6), "[fd00::3]:8888");
  EXPECT_THROW(resolved("server@third", Family::inet), UsageError);
}

TEST(Addresses, AnIpv6SocketUsesMappedAddressesForIpv4) {
  EXPECT_EQ(resolved("server", Family::inet, Family::inet6), "[::ffff:10.0.0.2]:8888");
  EXPECT_EQ(resolved("server@eth1", Family::inet, Family::inet6), "[::ffff:10.0.1.1]:8888");
  EXPECT_EQ(resolved("loopback", Family::inet, Family::inet6), "[::ffff:127.0.0.1]:8888");
  EXPECT_EQ(resolved("nowhere", Family::inet, Family::inet6), "[::ffff:192.0.2.1]:8888");
  EXPECT_EQ(resolved("any4", Family::inet, Family::inet6), "[::ffff:0.0.0.0]:8888");
  EXPECT_EQ(resolved("any", Family::inet, Family::inet6), "[::]:8888") << "and so takes both";
  EXPECT_EQ(resolved("server", Family::inet6, Family::inet6), "[fd00::2]:8888");
}

TEST(Addresses, AnIpv4SocketHasItsOwnWildcardAndLoopback) {
  EXPECT_EQ(resolved("any", Family::inet6, Family::inet), "0.0.0.0:8888");
  EXPECT_EQ(resolved("loopback", Family::inet6, Family::inet), "127.0.0.1:8888");
  EXPECT_EQ(resolved("server", Family::inet6, Family::inet), "[fd00::2]:8888")
      << "the kernel refuses it";
}

TEST(Addresses, EachHasANameForRulesAndPrograms) {
  const std::map<std::string, std::string> expected{{"server", "10.0.0.2"},
                                                    {"server_eth0", "10.0.0.2"},
                                                    {"server_eth1", "10.0.1.1"},
                                                    {"server_second", "10.0.0.3"}};
  EXPECT_EQ(address_variables(timeline_of(Family::inet).hosts), expected);
}

TEST(Addresses, AnIpv6SocketInAnIpv4PlayUsesMappedAddresses) {
  Timeline timeline;
  timeline.hosts = {{"server", {{"eth0", *Address::parse("10.0.0.2")}}, 0}};
  const auto resolved = [&](const std::string& host, Family socket) {
    return resolve({host, {80, ""}, ""}, timeline, socket).str();
  };
  EXPECT_EQ(resolved("server", Family::inet6), "[::ffff:10.0.0.2]:80");
  EXPECT_EQ(resolved("loopback", Family::inet6), "[::ffff:127.0.0.1]:80");
  EXPECT_EQ(resolved("any", Family::inet6), "[::]:80");
  EXPECT_EQ(resolved("server", Family::inet), "10.0.0.2:80");
}

}  // namespace
}  // namespace lab::run
