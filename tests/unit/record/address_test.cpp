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

TEST(Address, IsMappedForAnIPv6Socket) {
  EXPECT_EQ(Address::parse("10.0.0.1")->mapped(), Address::parse("::ffff:10.0.0.1"));
  EXPECT_EQ(Address::any(Family::inet).mapped().str(), "::ffff:0.0.0.0");
  EXPECT_EQ(Address::parse("fd00::1")->mapped(), Address::parse("fd00::1"));
}

}  // namespace
}  // namespace lab
