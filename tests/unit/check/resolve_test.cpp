// SPDX-License-Identifier: MIT
#include "check/resolve.hpp"

#include <gtest/gtest.h>

namespace lab::check {
namespace {

Address address(const char* text) { return *Address::parse(text); }

// server: eth0, eth1, and "second" on eth0; over IPv4.
Timeline timeline() {
  Timeline timeline;
  HostRecord server{"server", {}, 0};
  server.addresses = {{"eth0", address("10.0.0.2")}, {"eth1", address("10.0.1.1")}};
  server.extra_addresses = {{"second", "eth0", address("10.0.0.3")}};
  timeline.hosts = {server};
  return timeline;
}

TEST(IsAt, AHostIsAtEachOfItsAddresses) {
  for (const char* own : {"10.0.0.2", "10.0.1.1", "10.0.0.3"})
    EXPECT_TRUE(is_at(timeline(), "server", address(own))) << own;
  EXPECT_FALSE(is_at(timeline(), "server", address("10.0.0.1")));
  EXPECT_FALSE(is_at(timeline(), "client", address("10.0.0.2")));
}

TEST(IsAt, AnIpv6SocketShowsThemMapped) {
  EXPECT_TRUE(is_at(timeline(), "server", address("::ffff:10.0.0.2")));
  EXPECT_TRUE(is_at(timeline(), "loopback", address("::ffff:127.0.0.1")));
  EXPECT_TRUE(is_at(timeline(), "nowhere", address("::ffff:192.0.2.1")));
  EXPECT_FALSE(is_at(timeline(), "server", address("::ffff:10.0.0.1")));
}

TEST(IsAt, APlaceMaySelectOneOfThem) {
  const scenario::Place second{"server", {8888, ""}, "second"};
  EXPECT_TRUE(is_at(timeline(), second, {address("10.0.0.3"), 8888}));
  EXPECT_TRUE(is_at(timeline(), second, {address("::ffff:10.0.0.3"), 8888}));
  EXPECT_FALSE(is_at(timeline(), second, {address("10.0.0.2"), 8888}));
  EXPECT_FALSE(is_at(timeline(), second, {address("10.0.0.3"), 8889}));
  const scenario::Place third{"server", {8888, ""}, "third"};
  EXPECT_FALSE(is_at(timeline(), third, {address("10.0.0.3"), 8888}));
}

TEST(IsEnd, MatchesOnlyTheAddressWithoutAPort) {
  const scenario::Place eth1{"server", {}, "eth1"};
  EXPECT_TRUE(is_end(timeline(), eth1, {address("10.0.1.1"), 1}));
  EXPECT_FALSE(is_end(timeline(), eth1, {address("10.0.0.2"), 1}));
}

TEST(IsAt, AWildcardHasThePlaysFamilyUnlessItNamesOne) {
  const Address any4 = address("0.0.0.0"), any6 = address("::");
  EXPECT_TRUE(is_at(timeline(), "any", any4));
  EXPECT_FALSE(is_at(timeline(), "any", any6)) << "of an IPv6 socket: any6";
  EXPECT_TRUE(is_at(timeline(), "any4", any4));
  EXPECT_FALSE(is_at(timeline(), "any4", any6));
  EXPECT_TRUE(is_at(timeline(), "any6", any6));
  EXPECT_FALSE(is_at(timeline(), "any6", any4));
  Timeline over_ipv6 = timeline();
  over_ipv6.family = Family::inet6;
  EXPECT_TRUE(is_at(over_ipv6, "any", any6));
  EXPECT_FALSE(is_at(over_ipv6, "any", any4));
}

TEST(AddressAt, FindsAnInterfaceOrAName) {
  EXPECT_EQ(address_at(timeline(), "server", ""), address("10.0.0.2"));
  EXPECT_EQ(address_at(timeline(), "server", "eth1"), address("10.0.1.1"));
  EXPECT_EQ(address_at(timeline(), "server", "second"), address("10.0.0.3"));
  EXPECT_EQ(address_at(timeline(), "server", "eth7"), std::nullopt);
  EXPECT_EQ(address_at(timeline(), "nobody", ""), std::nullopt);
}

TEST(WordFor, IsTheScenariosWord) {
  EXPECT_EQ(word_for(timeline(), address("10.0.0.3")), "server");
  EXPECT_EQ(word_for(timeline(), address("::ffff:10.0.0.2")), "server");
  EXPECT_EQ(word_for(timeline(), address("0.0.0.0")), "any");
  EXPECT_EQ(word_for(timeline(), address("::")), "any6");
  EXPECT_EQ(word_for(timeline(), address("127.0.0.1")), "loopback");
  EXPECT_EQ(word_for(timeline(), address("192.0.2.1")), "nowhere");
  EXPECT_EQ(word_for(timeline(), address("198.51.100.7")), "198.51.100.7");
}

}  // namespace
}  // namespace lab::check
