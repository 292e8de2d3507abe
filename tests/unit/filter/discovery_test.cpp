// SPDX-License-Identifier: MIT
//
// Rules that may drop the ARP or neighbour discovery for the answer's next hop.
#include <gmock/gmock.h>

#include "filter/rules_in_the_way.hpp"
#include "unit/filter/rules.hpp"

namespace lab::filter {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

// A SYN that is delivered here; nothing is known yet of the next hop of its answer.
Facts waiting(const char* source = "10.0.0.1:40000", const char* destination = "10.0.0.2:80") {
  Facts facts;
  facts.question.source = at(source);
  facts.question.destination = at(destination);
  facts.arrival.device = "eth0";
  facts.arrival.there = {0, RouteType::local, "eth0", std::nullopt};
  facts.arrival.back = {0, RouteType::unicast, "eth0", std::nullopt};
  facts.next_hop = NextHop{facts.question.source->address, "eth0"};
  return facts;
}

std::vector<std::string> dropping(const std::string& list, const Facts& facts = waiting()) {
  return rules_that_may_act(list, "", ways_of(facts, false)).discovery_of_answer;
}

std::string arp_table(const std::vector<std::string>& expressions, const char* policy = "accept",
                      const char* hook = "input") {
  return list_of(expressions, policy, hook, "", 0, "arp");
}

TEST(Discovery, ByArpMeetsItsPolicies) {
  for (const char* hook : {"input", "output"}) {
    EXPECT_THAT(dropping(arp_table({}, "drop", hook)),
                ElementsAre("the policy (drop) of chain arp f i"));
    EXPECT_THAT(dropping(arp_table({}, "accept", hook)), IsEmpty());
  }
  Facts known = waiting();
  known.next_hop->entry = NextHop::Entry::usable;
  EXPECT_THAT(dropping(arp_table({}, "drop"), known), IsEmpty());
}

TEST(Discovery, ByArpMeetsRulesForThatHostAndInterface) {
  const std::string saddr_ip = R"({"payload":{"protocol":"arp","field":"saddr ip"}})";
  const std::string iifname = R"({"meta":{"key":"iifname"}})";
  EXPECT_THAT(dropping(arp_table({rule(match(saddr_ip, R"("10.0.0.1")"), drop)})),
              ElementsAre(HasSubstr("chain arp f i")));
  EXPECT_THAT(dropping(arp_table({rule(match(saddr_ip, R"("10.0.0.9")"), drop)})), IsEmpty());
  EXPECT_THAT(dropping(arp_table({rule(match(iifname, R"("eth1")"), drop)})), IsEmpty());
  EXPECT_THAT(dropping(arp_table({rule(match(iifname, R"("eth0")"), accept)}, "drop")), IsEmpty());
}

TEST(Discovery, ByArpMeetsNoRulesOfIp) {
  EXPECT_THAT(dropping(list_of({"[" + drop + "]"})), IsEmpty());
  const std::string port = rule(match(dport, "81"), drop);
  EXPECT_THAT(dropping(list_of({port}, "accept", "ingress", "", 0, "netdev")), IsEmpty());
  const std::string arp = rule(match(R"({"meta":{"key":"protocol"}})", R"("arp")"), drop);
  EXPECT_THAT(dropping(list_of({arp}, "accept", "ingress", "", 0, "netdev")),
              ElementsAre(HasSubstr("chain netdev f i")));
}

TEST(Discovery, OverIpv6MeetsRulesForIcmp) {
  const Facts facts = waiting("[fd00::1]:40000", "[fd00::2]:80");
  const std::string l4proto = R"({"meta":{"key":"l4proto"}})";
  EXPECT_THAT(dropping(list_of({rule(match(l4proto, R"("ipv6-icmp")"), drop)}), facts),
              ElementsAre(HasSubstr("chain inet f i")));
  EXPECT_THAT(dropping(list_of({rule(match(l4proto, R"("ipv6-icmp")"), accept)}, "drop"), facts),
              IsEmpty());
  EXPECT_THAT(dropping(list_of({rule(match(dport, "81"), drop)}), facts), IsEmpty());
}

}  // namespace
}  // namespace lab::filter
