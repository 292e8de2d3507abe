// SPDX-License-Identifier: MIT
#include "run/addresses.hpp"

#include <gtest/gtest.h>

#include "util/error.hpp"

namespace lab::run {
namespace {

TEST(Addresses, EachLinkIsANetworkOfItsOwn) {
  EXPECT_EQ(link_address(Family::inet, 0, 0).str(), "10.0.0.1");
  EXPECT_EQ(link_address(Family::inet, 7, 1).str(), "10.0.7.2");
  EXPECT_EQ(link_address(Family::inet6, 0, 0).str(), "fd00::1");
  EXPECT_EQ(link_address(Family::inet6, 16, 1).str(), "fd00:0:0:10::2");
}

TEST(Addresses, RunOutInsteadOfWrapping) {
  EXPECT_THROW(link_address(Family::inet, 256, 0), UsageError);
}

TEST(Addresses, APlaceIsTheHostsFirstAddressTheWildcardOrLoopback) {
  Timeline timeline;
  timeline.family = Family::inet6;
  timeline.hosts = {{"server", {{"eth0", *Address::parse("fd00::2")}}, 0}, {"lonely", {}, 0}};
  EXPECT_EQ(resolve({"server", 8888}, timeline).str(), "[fd00::2]:8888");
  EXPECT_EQ(resolve({"any", 8888}, timeline).str(), "[::]:8888");
  EXPECT_EQ(resolve({"loopback", 34567}, timeline).str(), "[::1]:34567");
  EXPECT_THROW(resolve({"lonely", 1}, timeline), UsageError);
}

TEST(Addresses, AnIPv6SocketInAnIPv4PlaySpeaksMappedAddresses) {
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
