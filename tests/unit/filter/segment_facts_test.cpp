// SPDX-License-Identifier: MIT
//
// What the facts tell of a SYN and its answer that rules may ask about.
#include "filter/segment_facts.hpp"

#include <gmock/gmock.h>

namespace lab::filter {
namespace {

Endpoint at(const char* text) { return Endpoint::parse(text).value(); }

// A SYN from a host on eth0's link, whose address is 10.0.0.2.
Facts outside_syn(const char* destination = "10.0.0.2:8888") {
  Facts facts;
  facts.question.destination = at(destination);
  facts.question.source = at("10.0.0.1:40000");
  Interface eth0;
  eth0.index = 2;
  eth0.name = "eth0";
  eth0.up = true;
  eth0.addresses = {{at("10.0.0.2:0").address, 24, false}};
  facts.interfaces = {eth0};
  facts.arrival.device = facts.arrival.there.device = "eth0";
  facts.arrival.there.type = RouteType::local;
  facts.arrival.back = {0, RouteType::unicast, "eth0", std::nullopt};
  return facts;
}

Row socket_row(TcpState state, const char* local) {
  Row row;
  row.state = state;
  row.local = at(local);
  row.remote = {Address::any(row.local.address.family()), 0};
  return row;
}

TEST(SegmentFacts, TheTypesOfItsAddressesAreThoseOfTheRoutes) {
  const Facts facts = outside_syn();
  EXPECT_EQ(type_of_destination(facts), RouteType::local);
  EXPECT_EQ(type_of_source(facts), RouteType::unicast);
  Facts elsewhere = outside_syn("10.0.0.9:80");
  elsewhere.arrival.there.type = RouteType::unicast;
  EXPECT_EQ(type_of_destination(elsewhere), RouteType::unicast);
  EXPECT_EQ(type_of_source(elsewhere), std::nullopt) << "the way back was not asked";
}

// ip route add local 10.9.0.0/16 dev lo table 100: unicast, as nft_fib4_eval_type() sees it.
TEST(SegmentFacts, OfALocalRouteWithoutAnAddressTheTypeIsNotKnown) {
  EXPECT_EQ(type_of_destination(outside_syn("10.9.0.1:80")), std::nullopt);
  Facts facts = outside_syn();
  facts.interfaces[0].up = false;
  EXPECT_EQ(type_of_destination(facts), std::nullopt);
}

TEST(SegmentFacts, WithPolicyRulesOrAVrfNothingIsKnown) {
  Facts facts = outside_syn();
  EXPECT_TRUE(comes_from_where_the_route_leads(facts));
  facts.rules.push_back({});
  EXPECT_EQ(type_of_destination(facts), std::nullopt);
  EXPECT_FALSE(comes_from_where_the_route_leads(facts));
  facts = outside_syn();
  facts.arrival.vrf = "red";
  EXPECT_EQ(type_of_source(facts), std::nullopt);
  facts = outside_syn();
  facts.local_table_is_first = false;
  EXPECT_EQ(type_of_source(facts), std::nullopt);
}

TEST(SegmentFacts, ASourceBehindAnotherInterfaceDoesNotReturnByThisOne) {
  Facts facts = outside_syn();
  facts.arrival.back.device = "eth1";
  EXPECT_FALSE(comes_from_where_the_route_leads(facts));
}

TEST(SegmentFacts, AListenerAnswersWithASynAckAndNobodyWithARst) {
  Facts facts = outside_syn();
  EXPECT_EQ(flags_of_answer(facts), (TcpFlags{.rst = true, .ack = true}));
  facts.tables.listeners = {socket_row(TcpState::listen, "0.0.0.0:8888")};
  EXPECT_EQ(flags_of_answer(facts), (TcpFlags{.syn = true, .ack = true}));
  facts.answer = LookupAnswer{};
  facts.answer->verdict = LookupVerdict::rst;
  EXPECT_EQ(flags_of_answer(facts), std::nullopt) << "the kernel's own lookup says otherwise";
  facts.answer.reset();
  Row row = socket_row(TcpState::established, "10.0.0.2:8888");
  row.remote = at("10.0.0.1:40000");
  facts.tables.ehash = {row};
  EXPECT_EQ(flags_of_answer(facts), std::nullopt) << "a connection answers with an ACK";
}

}  // namespace
}  // namespace lab::filter
