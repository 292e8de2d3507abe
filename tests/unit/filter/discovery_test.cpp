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

std::vector<std::string> hiding(const std::string& list, const Facts& facts) {
  return rules_that_may_act(list, "", ways_of(facts, false)).discovery_by_sender;
}

// The sender asks for this host, whatever the entry here.
TEST(Discovery, OfThisHostMeetsRulesForArp) {
  Facts facts = waiting();
  Interface eth0{2, "eth0", true, false, false, "", {}};
  facts.interfaces = {eth0};
  facts.next_hop->entry = NextHop::Entry::usable;
  const std::string daddr_ip = R"({"payload":{"protocol":"arp","field":"daddr ip"}})";
  for (const char* hook : {"input", "output"})
    EXPECT_THAT(hiding(arp_table({}, "drop", hook), facts),
                ElementsAre("the policy (drop) of chain arp f i"));
  EXPECT_THAT(hiding(arp_table({rule(match(daddr_ip, R"("10.0.0.2")"), accept)}, "drop"), facts),
              IsEmpty());
  EXPECT_THAT(hiding(arp_table({rule(match(daddr_ip, R"("10.0.0.9")"), drop)}), facts), IsEmpty());
  const std::string operation = R"({"payload":{"protocol":"arp","field":"operation"}})";
  const auto of = [&](const char* which) {
    return arp_table({rule(match(operation, which), drop)});
  };
  EXPECT_THAT(hiding(of(R"("request")"), facts), testing::SizeIs(1));
  EXPECT_THAT(hiding(of(R"("reply")"), facts), IsEmpty()) << "that is what goes out";
  facts.interfaces[0].asks_for_neighbours = false;
  EXPECT_THAT(hiding(arp_table({}, "drop"), facts), IsEmpty());
}

TEST(Discovery, OfThisHostMeetsRulesForNeighbourSolicitations) {
  Facts facts = waiting("[fd00::1]:40000", "[fd00::2]:80");
  Interface eth0{2, "eth0", true, false, false, "", {}};
  facts.interfaces = {eth0};
  facts.next_hop->entry = NextHop::Entry::usable;
  const std::string type = R"({"payload":{"protocol":"icmpv6","field":"type"}})";
  const std::string hop_limit = R"({"payload":{"protocol":"ip6","field":"hoplimit"}})";
  const auto of_type = [&](const char* name, const std::string& verdict) {
    return rule(match(type, name), verdict);
  };
  const char *solicit = R"("nd-neighbor-solicit")", *advert = R"("nd-neighbor-advert")";
  EXPECT_THAT(hiding(list_of({of_type(solicit, drop)}), facts), testing::SizeIs(1));
  EXPECT_THAT(hiding(list_of({of_type(advert, drop)}), facts), IsEmpty()) << "it goes out";
  EXPECT_THAT(hiding(list_of({of_type(advert, drop)}, "accept", "output"), facts),
              testing::SizeIs(1));
  EXPECT_THAT(hiding(list_of({of_type(solicit, accept)}, "drop"), facts), IsEmpty());
  EXPECT_THAT(hiding(list_of({rule(match(hop_limit, "255"), accept)}, "drop"), facts), IsEmpty());
  EXPECT_THAT(hiding(list_of({rule(match(hop_limit, "64"), accept)}, "drop"), facts),
              testing::SizeIs(1));
}

// The SYN that leaves waits for ARP, too.
TEST(Discovery, OfTheSynsNextHopMeetsRulesForArp) {
  Facts facts = waiting();
  facts.arrival.local_sender = true;
  facts.arrival.there = {0, RouteType::unicast, "eth0", std::nullopt};
  const auto acting = [&] {
    return rules_that_may_act(arp_table({}, "drop"), "", ways_of(facts, false)).acting;
  };
  EXPECT_THAT(acting(), ElementsAre("the policy (drop) of chain arp f i"));
  facts.next_hop->entry = NextHop::Entry::usable;
  EXPECT_THAT(acting(), IsEmpty());
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
