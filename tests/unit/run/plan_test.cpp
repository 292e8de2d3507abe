// SPDX-License-Identifier: MIT
#include "run/plan.hpp"

#include <gmock/gmock.h>

#include <algorithm>

#include "unit/run/scenes.hpp"
#include "util/error.hpp"

namespace lab::run {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::UnorderedElementsAre;

Address address(const char* text) { return *Address::parse(text); }

std::vector<std::string> texts(const std::vector<Address>& addresses) {
  std::vector<std::string> result;
  for (const Address& each : addresses) result.push_back(each.str());
  return result;
}

// "10.0.0.0/24 eth0", "0.0.0.0/0 eth0 by 10.0.0.2"
std::vector<std::string> routes(const HostPlan& host) {
  std::vector<std::string> result;
  for (const PlannedRoute& route : host.routes) {
    std::string text =
        route.to.address.str() + "/" + std::to_string(route.to.prefix_length) + " " + route.device;
    if (route.gateway) text += " by " + route.gateway->str();
    result.push_back(text + (route.own ? " (own)" : ""));
  }
  return result;
}

TEST(Network, ContainsAddressesWithItsPrefix) {
  const Network odd = Network::of(address("10.0.5.9"), 23);
  EXPECT_EQ(odd.address.str(), "10.0.4.0");
  EXPECT_TRUE(odd.contains(address("10.0.4.255")));
  EXPECT_TRUE(odd.contains(address("10.0.5.1")));
  EXPECT_FALSE(odd.contains(address("10.0.6.1")));
  EXPECT_FALSE(odd.contains(address("::ffff:10.0.5.1")));
  EXPECT_TRUE((Network{address("::"), 0}.contains(address("2001:db8::1"))));
  EXPECT_FALSE((Network{address("fd00::1"), 128}.contains(address("fd00::2"))));
}

TEST(Plan, GivesEachLinkANetworkAndEachEndItsAddress) {
  const auto hosts = plan(two_hosts(), Family::inet);
  ASSERT_EQ(hosts.size(), 2u);
  EXPECT_EQ(hosts[0].interfaces.at(0).address.str(), "10.0.0.1");
  EXPECT_EQ(hosts[1].interfaces.at(0).address.str(), "10.0.0.2");
  EXPECT_EQ(hosts[0].interfaces[0].peer, "server");
  EXPECT_THAT(texts(hosts[0].interfaces[0].neighbours), ElementsAre("10.0.0.2"));
  EXPECT_THAT(routes(hosts[0]), ElementsAre("10.0.0.0/24 eth0 (own)"));
}

TEST(Plan, TakesTheAddressesThatTheFileGives) {
  scenario::Scenario scenario = two_hosts();
  scenario.links[0].addresses[Family::inet] = {address("10.9.0.1"), address("10.9.0.7")};
  EXPECT_EQ(plan(scenario, Family::inet)[1].interfaces[0].address.str(), "10.9.0.7");
  EXPECT_EQ(plan(scenario, Family::inet6)[1].interfaces[0].address.str(), "fd00::2");
}

TEST(Plan, GivenAddressesOfTwoNetworksReachEachOtherOnTheLink) {
  scenario::Scenario scenario = two_hosts();
  scenario.links[0].addresses[Family::inet] = {address("10.9.0.1"), address("198.51.100.1")};
  EXPECT_THAT(routes(plan(scenario, Family::inet)[0]),
              ElementsAre("10.9.0.0/24 eth0 (own)", "198.51.100.1/32 eth0"));
}

TEST(Plan, AFurtherAddressIsTheNextFreeOneOfItsNetwork) {
  scenario::Scenario scenario = two_hosts();
  scenario.hosts[0].addresses = {{"mine", "eth0"}};
  scenario.hosts[1].addresses = {{"second", "eth0"}, {"third", "eth0"}};
  const auto hosts = plan(scenario, Family::inet);
  EXPECT_EQ(hosts[0].extra.at(0).address.str(), "10.0.0.3");
  EXPECT_EQ(hosts[1].extra.at(0).address.str(), "10.0.0.4");
  EXPECT_EQ(hosts[1].extra.at(1).address.str(), "10.0.0.5");
  EXPECT_EQ(hosts[1].extra[1].prefix_length, 24);
  EXPECT_THAT(texts(hosts[0].interfaces[0].neighbours),
              ElementsAre("10.0.0.2", "10.0.0.4", "10.0.0.5"));
}

TEST(Plan, AnAddressOnLoHasANetworkOfItsOwnThatNeighboursReach) {
  scenario::Scenario scenario = two_hosts();
  scenario.hosts[1].addresses = {{"inner", "lo"}};
  const auto v4 = plan(scenario, Family::inet), v6 = plan(scenario, Family::inet6);
  EXPECT_EQ(v4[1].extra.at(0).address.str(), "10.1.1.1");
  EXPECT_EQ(v6[1].extra.at(0).address.str(), "fd00:0:1:1::1");
  EXPECT_EQ(v6[1].extra[0].prefix_length, 128);
  EXPECT_THAT(routes(v4[0]), ElementsAre("10.0.0.0/24 eth0 (own)", "10.1.1.1/32 eth0"));
  EXPECT_THAT(routes(v4[1]), ElementsAre("10.0.0.0/24 eth0 (own)"));
}

TEST(Plan, RoutesGoThroughANeighbour) {
  const auto hosts = plan(routed(), Family::inet);
  EXPECT_THAT(routes(hosts[0]),
              ElementsAre("10.0.0.0/24 eth0 (own)", "0.0.0.0/0 eth0 by 10.0.0.2"));
  EXPECT_THAT(routes(hosts[1]),
              ElementsAre("10.0.1.0/24 eth0 (own)", "10.0.0.0/24 eth0 by 10.0.1.1"));
  EXPECT_THAT(texts(hosts[0].interfaces[0].reaches),
              UnorderedElementsAre("10.0.1.2", "10.0.0.2", "10.0.1.1"));
}

TEST(Plan, ARouteToAHostLeadsToAllItsNetworks) {
  scenario::Scenario scenario = routed();
  scenario.hosts.push_back(host("behind"));
  scenario.links.push_back(link("server:eth1", "behind:eth0"));
  scenario.hosts[0].routes = {{"server", "router", {}}};
  scenario.hosts[1].addresses = {{"inner", "lo"}};
  EXPECT_THAT(routes(plan(scenario, Family::inet)[0]),
              ElementsAre("10.0.0.0/24 eth0 (own)", "10.0.1.0/24 eth0 by 10.0.0.2",
                          "10.0.2.0/24 eth0 by 10.0.0.2", "10.1.1.1/32 eth0 by 10.0.0.2"));
}

TEST(Plan, RefusesARouteThroughAHostThatIsNotANeighbour) {
  scenario::Scenario scenario = routed();
  scenario.hosts[0].routes = {{"", "server", {7, 1}}};
  try {
    plan(scenario, Family::inet);
    FAIL() << "a route by a host that is out of reach";
  } catch (const UsageError& error) {
    EXPECT_THAT(error.what(), HasSubstr("scene.yaml:7: host client has no link to server"));
  }
}

TEST(Plan, RefusesMoreAddressesThanANetworkHas) {
  scenario::Scenario scenario = two_hosts();
  for (int number = 0; number < 252; ++number)
    scenario.hosts[0].addresses["n" + std::to_string(number)] = "eth0";
  EXPECT_NO_THROW(plan(scenario, Family::inet));
  scenario.hosts[0].addresses["more"] = "eth0";
  EXPECT_THROW(plan(scenario, Family::inet), UsageError);
}

TEST(RouteTo, HasTheLongestPrefix) {
  const auto hosts = plan(routed(), Family::inet);
  EXPECT_EQ(route_to(hosts[0], address("10.0.0.9"))->gateway, std::nullopt);
  EXPECT_EQ(route_to(hosts[0], address("192.0.2.1"))->gateway, address("10.0.0.2"));
  EXPECT_EQ(route_to(hosts[1], address("192.0.2.1")), nullptr);
}

}  // namespace
}  // namespace lab::run
