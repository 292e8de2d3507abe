// SPDX-License-Identifier: MIT
//
// Which rules may drop the outer packets of a tunnel.
#include "filter/tunnels.hpp"

#include <gmock/gmock.h>

#include "unit/filter/rules.hpp"

namespace lab::filter {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

const Tunnel vxlan{.name = "vx", .kind = "vxlan", .protocol = "udp", .port = 4789};
const std::string udp_dport = R"({"payload":{"protocol":"udp","field":"dport"}})";
const std::string l4proto = R"({"meta":{"key":"l4proto"}})";
const std::string ct_state = R"({"ct":{"key":"state"}})";

std::vector<std::string> dropping(const std::vector<std::string>& expressions,
                                  const char* policy = "accept", const char* hook = "input",
                                  const Tunnel& tunnel = vxlan) {
  Ways ways{syn()};
  ways.outer_packets = outer_packets_of(tunnel, true, true);
  return rules_that_may_act(list_of(expressions, policy, hook), "", ways).outer_packets;
}

TEST(Tunnels, TheirPacketsMeetRulesForTheirPort) {
  EXPECT_THAT(dropping({rule(match(udp_dport, "4789"), drop)}), SizeIs(1));
  EXPECT_THAT(dropping({rule(match(udp_dport, "4789"), drop)}, "accept", "output"), SizeIs(1));
  EXPECT_THAT(dropping({rule(match(udp_dport, "4789"), drop)}, "accept", "forward"), IsEmpty());
  EXPECT_THAT(dropping({rule(match(udp_dport, "53"), drop)}), IsEmpty());
  EXPECT_THAT(dropping({rule(match(l4proto, R"("udp")"), drop)}), SizeIs(1));
  EXPECT_THAT(dropping({rule(match(l4proto, "17"), drop)}), SizeIs(1));
  EXPECT_THAT(dropping({rule(match(saddr, R"("10.9.9.9")"), drop)}), SizeIs(1))
      << "between which hosts it goes is not known";
}

TEST(Tunnels, TheirPacketsMeetNoRulesForTcp) {
  for (const std::string& other :
       {match(dport, "80"), match(l4proto, R"("tcp")"), match(l4proto, R"("icmp")"),
        match(R"({"payload":{"protocol":"tcp","field":"flags"}})", R"("syn")", "in"),
        match(R"({"&":[{"payload":{"protocol":"tcp","field":"flags"}},["syn","ack"]]})",
              R"("syn")"),
        match(ct_state, R"("invalid")", "in")})
    EXPECT_THAT(dropping({rule(other, drop)}), IsEmpty()) << other;
}

TEST(Tunnels, APolicyThatDropsMattersUnlessARuleAcceptsThem) {
  EXPECT_THAT(dropping({}, "drop"), ElementsAre(HasSubstr("policy (drop)")));
  EXPECT_THAT(dropping({rule(match(dport, "80"), accept)}, "drop"), SizeIs(1));
  EXPECT_THAT(dropping({rule(match(ct_state, R"(["established","related"])", "in"), accept),
                        rule(match(udp_dport, "4789"), accept)},
                       "drop"),
              IsEmpty());
  EXPECT_THAT(
      dropping({rule(match(ct_state, R"(["established","related"])", "in"), accept)}, "drop"),
      SizeIs(1))
      << "the first one is new";
}

TEST(Tunnels, OfAProtocolWithoutPortsMeetOtherRules) {
  const Tunnel gre{.name = "g", .kind = "gre", .protocol = "gre", .over_inet6 = false};
  EXPECT_THAT(dropping({rule(match(udp_dport, "4789"), drop)}, "accept", "input", gre), IsEmpty());
  EXPECT_THAT(dropping({rule(match(l4proto, R"("gre")"), drop)}, "accept", "input", gre),
              SizeIs(1));
  EXPECT_THAT(dropping({rule(match(l4proto, "47"), drop)}, "accept", "input", gre), SizeIs(1));
  const Tunnel ipip{.name = "i", .kind = "ipip"};
  EXPECT_THAT(dropping({rule(match(dport, "80"), drop)}, "accept", "input", ipip), IsEmpty());
  EXPECT_THAT(dropping({rule(match(l4proto, "4"), drop)}, "accept", "input", ipip), SizeIs(1));
}

}  // namespace
}  // namespace lab::filter
