// SPDX-License-Identifier: MIT
//
// Policy rules by uid and mark, which the question does not give: when they leave doubt.
#include <gmock/gmock.h>

#include "unit/explain/facts.hpp"

namespace lab::explain {
namespace {

using testing::HasSubstr;

TEST(ExplainPolicyRule, ARuleByUidThatWasNotGivenLeavesDoubt) {
  Facts facts = local_syn("192.0.2.1:80");
  facts.arrival.there = {0, RouteType::unicast, "eth0", std::nullopt};
  facts.rules = {{.preference = 5, .by_uid = true, .text = "from all uidrange 0-0"}};
  EXPECT_FALSE(diagnose(facts).certain());
  EXPECT_THAT(text_of(diagnose(facts).not_observed, "routing-rule"), HasSubstr("uidrange 0-0"));
  facts.question.uid = 0;
  EXPECT_EQ(text_of(diagnose(facts).not_observed, "routing-rule"), "");
}

// Its answer has the ports the other way round, and the uid of its socket.
TEST(ExplainPolicyRule, ARuleForTheAnswerIsNoDoubtWhereThereIsNone) {
  Facts facts = outside_syn();
  facts.question.port_is_assumed = true;
  facts.tables.listeners = {listener("0.0.0.0:8888")};
  add_server(facts);
  for (const char* rule : {"from all ipproto tcp dport 8888", "from all uidrange 1-2"}) {
    facts.rules = {{}};
    facts.rules[0].text = std::string(rule) + " blackhole";
    facts.rules[0].by_uid = facts.rules[0].text.find("uidrange") != std::string::npos;
    facts.rules[0].by_destination_port = !facts.rules[0].by_uid;
    facts.tables.listeners[0].accept_queue = 0;
    EXPECT_FALSE(diagnose(facts).certain()) << rule;
    facts.tables.listeners[0].accept_queue = 129;
    EXPECT_EQ(diagnose(facts).conclusion.cause, "accept-queue-full");
    EXPECT_TRUE(diagnose(facts).certain()) << rule;
  }
}

TEST(ExplainPolicyRule, TheWayBackIsNoDoubtWhereThereIsNoAnswer) {
  Facts facts = outside_syn();
  facts.tables.listeners = {listener("0.0.0.0:8888")};
  facts.tables.listeners[0].accept_queue = 129;
  add_server(facts);
  facts.arrival.back.device = "eth1";
  EXPECT_EQ(diagnose(facts).conclusion.cause, "accept-queue-full");
  EXPECT_TRUE(diagnose(facts).certain());
}

// Its errno is that of a route that is missing.
TEST(ExplainPolicyRule, ARuleByMarkThatMayRefuseTheSynLeavesDoubt) {
  Facts facts = forwarded(ENETUNREACH, "[2001:db8::1]:80", "[fd00::1]:40000");
  facts.as_root = false;
  facts.rules = {{.preference = 50,
                  .by_mark = true,
                  .action = RouteType::unreachable,
                  .text = "from all fwmark"}};
  facts.arrival.refusals = {{RouteType::unreachable, "rule 50: from all fwmark", "", true}};
  EXPECT_EQ(diagnose(facts).conclusion.cause, "unreachable-route");
  EXPECT_FALSE(diagnose(facts).certain());
}

// ip_route_input_slow() says EHOSTUNREACH for every error only where this host does not forward.
TEST(ExplainPolicyRule, AnUnreachableRouteForTheSourceIsNamedWhereTheDestinationHasNone) {
  Facts facts = forwarded(EHOSTUNREACH, "198.51.100.7:8888", "10.0.0.1:40000");
  facts.arrival.from_here = no_route(ENETUNREACH);
  facts.arrival.refusals = {{RouteType::unreachable, "unreachable default table 100", "", false}};
  EXPECT_EQ(diagnose(facts).conclusion.cause, "unreachable-route");
  EXPECT_EQ(diagnose(facts).conclusion.error, EHOSTUNREACH);
  facts.sysctls.forwarding = false;
  EXPECT_EQ(diagnose(facts).conclusion.cause, "no-route");
}

// ip_route_input_slow() looks for the route before it asks the filter.
TEST(ExplainPolicyRule, ARuleForTheSourceIsNamedBesideAReversePathFilterThatLetsPass) {
  Facts facts = outside_syn();
  facts.arrival.there = no_route(EINVAL);
  facts.arrival.from_here = {0, RouteType::local, "eth0", std::nullopt};
  facts.arrival.refusals = {{RouteType::blackhole, "rule 53: from 10.0.0.1 blackhole", "", true}};
  for (const int filter : {0, 1, 2}) {
    facts.sysctls.rp_filter = filter;
    EXPECT_EQ(diagnose(facts).conclusion.cause, "blackhole-route") << filter;
    EXPECT_TRUE(diagnose(facts).certain()) << filter;
  }
  // Packets to the source leave elsewhere: the loose filter lets that pass, the strict does not.
  facts.arrival.back.device = "eth1";
  EXPECT_EQ(diagnose(facts).conclusion.cause, "blackhole-route");
  facts.sysctls.rp_filter = 1;
  EXPECT_EQ(diagnose(facts).conclusion.cause, "reverse-path-filter");
  EXPECT_FALSE(diagnose(facts).certain());
  facts.arrival.refusals = {{RouteType::blackhole, "blackhole default table 100", "", false}};
  EXPECT_TRUE(diagnose(facts).certain()) << "the address is found in the table local";
  facts.local_table_is_first = false;
  EXPECT_FALSE(diagnose(facts).certain());
}

// connect() has no source before its first lookup of an IPv6 route has failed.
TEST(ExplainPolicyRule, ARuleForTheSourceThatConnectChoosesLeavesDoubt) {
  Facts facts = local_syn("[fd00::7]:80", "[fd00::2]:40000");
  facts.question.source_is_assumed = true;
  facts.arrival.there = no_route(EACCES);
  facts.arrival.refusals = {{RouteType::prohibit, "prohibit fd00::7", "", false}};
  EXPECT_TRUE(diagnose(facts).certain());
  facts.rules = {{.preference = 5, .by_source = true, .text = "from fd00::2 blackhole"}};
  EXPECT_NE(text_of(diagnose(facts).not_observed, "route-entry"), "");
}

// The table "local" is asked first, for the SYN and for its answer.
TEST(ExplainPolicyRule, ARuleIsNoDoubtForWhatStaysWithin) {
  Facts facts = local_syn();
  facts.rules = {{.preference = 5,
                  .by_mark = true,
                  .by_uid = true,
                  .action = RouteType::blackhole,
                  .text = "from all fwmark 0x7"}};
  EXPECT_EQ(text_of(diagnose(facts).not_observed, "routing-rule"), "");
  facts.local_table_is_first = false;
  EXPECT_NE(text_of(diagnose(facts).not_observed, "routing-rule"), "") << "it was moved behind";
}

TEST(ExplainPolicyRule, ARuleByMarkIsADoubtWhereARuleOfTheFirewallSetsOne) {
  Facts facts = local_syn("192.0.2.1:80");
  facts.arrival.there = {0, RouteType::unicast, "eth0", std::nullopt};
  facts.rules = {{.preference = 5, .by_mark = true, .text = "from all fwmark 0x7"}};
  facts.question.mark = 0;
  EXPECT_TRUE(diagnose(facts).certain());
  facts.filters.marking = {"rule 'meta mark set 7' (handle 3) of chain inet t o"};
  EXPECT_THAT(text_of(diagnose(facts).not_observed, "routing-rule"), HasSubstr("meta mark set 7"));
}

// It is the old connection's socket that answers, with its mark.
TEST(ExplainPolicyRule, ARuleByMarkIsADoubtWhereAConnectionIsInTheWay) {
  Facts facts = outside_syn();
  facts.rules = {{.preference = 5, .by_mark = true, .text = "from all fwmark 0x7"}};
  facts.tables.ehash = {
      connection(TcpState::established, "[::ffff:10.0.0.2]:8888", "[::ffff:10.0.0.1]:40000")};
  EXPECT_NE(text_of(diagnose(facts).not_observed, "routing-rule"), "");
}

// What comes in has no mark, and the answer has the listener's.
TEST(ExplainPolicyRule, ARuleByMarkIsNoDoubtWhereNobodySetsOne) {
  Facts facts = outside_syn();
  facts.rules = {{.preference = 5, .by_mark = true, .text = "from all fwmark 0x7"}};
  EXPECT_TRUE(diagnose(facts).certain());
  facts.tables.listeners = {listener("0.0.0.0:8888")};
  facts.tables.listeners[0].uid = 0;
  EXPECT_FALSE(diagnose(facts).certain()) << "its mark is not known";
  add_server(facts);
  EXPECT_TRUE(diagnose(facts).certain());
  facts.listener_options[servers_inode].mark = 7;
  EXPECT_FALSE(diagnose(facts).certain());
  facts.listener_options[servers_inode].mark = 0;
  facts.filters.marking = {"rule 'meta mark set 7' (handle 3) of chain inet t p"};
  EXPECT_NE(text_of(diagnose(facts).not_observed, "routing-rule"), "");
  facts.filters.marking.clear();
  facts.filters.netfilter.reset();
  EXPECT_NE(text_of(diagnose(facts).not_observed, "routing-rule"), "");
}

}  // namespace
}  // namespace lab::explain
