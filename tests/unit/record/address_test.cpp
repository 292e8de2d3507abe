// SPDX-License-Identifier: MIT
#include <gmock/gmock.h>

#include <algorithm>
#include <vector>

#include "record/address.hpp"

namespace lab {
namespace {

Address address(const char* text) { return Address::parse(text).value(); }
Endpoint endpoint(const char* text) { return Endpoint::parse(text).value(); }

TEST(Address, ParsesAndPrintsTheSame) {
  for (const char* text : {"0.0.0.0", "10.0.0.1", "127.0.0.1", "::", "::1", "fd00::1"})
    EXPECT_EQ(address(text).str(), text);
  EXPECT_EQ(address("fd00:0:0::0001").str(), "fd00::1");
}

TEST(Address, RefusesInvalidText) {
  for (const char* text : {"", "10.0.0", "10.0.0.256", "10.0.0.1 ", "[::1]", "::1%eth0", "host"})
    EXPECT_EQ(Address::parse(text), std::nullopt) << text;
}

TEST(Address, HasAWildcardInEachFamily) {
  EXPECT_TRUE(Address::any(Family::inet).is_any());
  EXPECT_TRUE(Address::any(Family::inet6).is_any());
  EXPECT_FALSE(Address::loopback(Family::inet6).is_any());
  EXPECT_NE(Address::any(Family::inet), Address::any(Family::inet6));
}

TEST(Address, StaysIPv6IfMapped) {
  const Address mapped = address("::ffff:10.0.0.1");
  EXPECT_EQ(mapped.family(), Family::inet6);
  EXPECT_EQ(mapped.str(), "::ffff:10.0.0.1");
  EXPECT_NE(mapped, address("10.0.0.1"));
}

TEST(Address, SortsByFamilyThenByNumber) {
  std::vector<Address> all = {address("::1"), address("10.0.0.10"), address("fd00::1"),
                              address("10.0.0.9"), address("::ffff:10.0.0.1")};
  std::sort(all.begin(), all.end());
  EXPECT_THAT(all, ::testing::ElementsAre(address("10.0.0.9"), address("10.0.0.10"), address("::1"),
                                          address("::ffff:10.0.0.1"), address("fd00::1")));
}

TEST(Endpoint, ParsesAndPrintsTheSame) {
  for (const char* text : {"10.0.0.1:80", "0.0.0.0:0", "[fd00::1]:65535", "[::ffff:10.0.0.1]:80"})
    EXPECT_EQ(endpoint(text).str(), text);
}

TEST(Endpoint, RefusesInvalidText) {
  for (const char* text : {"", "10.0.0.1", "10.0.0.1:", "10.0.0.1:65536", "10.0.0.1:-1",
                           "[10.0.0.1]:80", "fd00::1:80", "[fd00::1]", "[fd00::1]80"})
    EXPECT_EQ(Endpoint::parse(text), std::nullopt) << text;
}

TEST(Endpoint, GoesThroughASockaddrUnchanged) {
  for (const char* text : {"10.0.0.1:80", "[fd00::1]:8888", "[::ffff:10.0.0.1]:1"}) {
    sockaddr_storage storage;
    const socklen_t length = endpoint(text).to_sockaddr(storage);
    EXPECT_EQ(length, endpoint(text).address.family() == Family::inet ? sizeof(sockaddr_in)
                                                                      : sizeof(sockaddr_in6));
    EXPECT_EQ(Endpoint::from_sockaddr(storage).str(), text);
  }
}

TEST(Endpoint, SortsByAddressThenByPort) {
  EXPECT_LT(endpoint("10.0.0.1:9"), endpoint("10.0.0.1:10"));
  EXPECT_LT(endpoint("10.0.0.1:65535"), endpoint("10.0.0.2:1"));
}

TEST(Family, HasTheContractsNames) {
  EXPECT_EQ(to_string(Family::inet6), "inet6");
  EXPECT_EQ(family_from("inet"), Family::inet);
  EXPECT_EQ(family_from("ipv4"), std::nullopt);
}

TEST(Address, IsALoopbackInAllOfNet127AndAsColonColonOne) {
  for (const char* text : {"127.0.0.1", "127.255.0.9", "::1", "::ffff:127.0.0.2"})
    EXPECT_TRUE(address(text).is_loopback()) << text;
  // 7f00:: begins with the byte 127, and is no IPv4 address.
  for (const char* text : {"126.255.255.255", "128.0.0.1", "0.0.0.0", "::", "::2", "7f00::1",
                           "::ffff:10.0.0.1", "fe80::1"})
    EXPECT_FALSE(address(text).is_loopback()) << text;
}

TEST(Address, HasAPrefixOfAnyLength) {
  const Address inet = address("10.1.2.3");
  for (int length = 0; length <= 32; ++length) EXPECT_TRUE(inet.has_prefix(inet, length)) << length;
  EXPECT_TRUE(inet.has_prefix(address("10.1.2.0"), 24));
  EXPECT_TRUE(inet.has_prefix(address("10.1.2.255"), 24)) << "bits after the prefix do not count";
  EXPECT_TRUE(inet.has_prefix(address("10.1.2.2"), 31));
  EXPECT_FALSE(inet.has_prefix(address("10.1.2.2"), 32));
  EXPECT_TRUE(inet.has_prefix(address("10.1.128.0"), 16));
  EXPECT_FALSE(inet.has_prefix(address("10.1.128.0"), 17));
  EXPECT_TRUE(inet.has_prefix(address("192.168.0.0"), 0)) << "the default route";
  EXPECT_TRUE(address("fd00::1:2").has_prefix(address("fd00::1:0"), 112));
  EXPECT_FALSE(address("fd00::1:2").has_prefix(address("fd00::1:0"), 127));
  EXPECT_TRUE(address("fd00::1:2").has_prefix(address("fd00::1:3"), 127));
}

TEST(Address, HasNoPrefixOfAnotherFamily) {
  EXPECT_FALSE(Address::any(Family::inet).has_prefix(Address::any(Family::inet6), 0));
  EXPECT_FALSE(address("::ffff:10.0.0.1").has_prefix(address("10.0.0.0"), 8));
}

TEST(Address, TakesALengthBeyondItsBitsForAllOfThem) {
  EXPECT_TRUE(address("10.0.0.1").has_prefix(address("10.0.0.1"), 1000));
  EXPECT_FALSE(address("10.0.0.1").has_prefix(address("10.0.0.2"), 1000));
  EXPECT_TRUE(address("10.0.0.1").has_prefix(address("192.0.2.1"), -1));
}

TEST(Address, IsLinkLocalByItsFirstTenBits) {
  for (const char* text : {"fe80::1", "febf:ffff::"}) EXPECT_TRUE(address(text).is_link_local());
  for (const char* text : {"fec0::1", "fe7f::1", "::1", "169.254.0.1"})
    EXPECT_FALSE(address(text).is_link_local()) << text;
}

TEST(Address, IsMappedForAnIPv6Socket) {
  EXPECT_EQ(Address::parse("10.0.0.1")->mapped(), Address::parse("::ffff:10.0.0.1"));
  EXPECT_EQ(Address::any(Family::inet).mapped().str(), "::ffff:0.0.0.0");
  EXPECT_EQ(Address::parse("fd00::1")->mapped(), Address::parse("fd00::1"));
}

}  // namespace
}  // namespace lab
