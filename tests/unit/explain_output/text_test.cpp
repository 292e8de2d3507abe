// SPDX-License-Identifier: MIT
//
// How an explanation looks, to people and to programs.
#include "explain_output/text.hpp"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>
#include <sstream>

#include "draw/text.hpp"
#include "explain_output/json.hpp"
#include "unit/explain/facts.hpp"

namespace lab::explain_output {
namespace {

using namespace explain;

using testing::HasSubstr;
using testing::Not;

std::string drawn(const Facts& facts, const draw::Style& style = {false, 100, true}) {
  std::ostringstream out;
  print_text(facts, diagnose(facts), out, style);
  return out.str();
}

Facts forgotten_listen() {
  Facts facts = local_syn();
  facts.question.source_is_assumed = facts.question.port_is_assumed = true;
  facts.tables.bound_only = {socket_row(TcpState::closed, "0.0.0.0:8888")};
  add_server(facts);
  return facts;
}

TEST(ExplainText, TellsStepByStepAndEndsInARemedy) {
  EXPECT_EQ(drawn(forgotten_listen()),
            R"(SYN 127.0.0.1:40000 > 127.0.0.1:8888, coming in on lo, in this network namespace
  assumed  the source address 127.0.0.1 (what a connect() from here uses), the
           source port 40000 (ephemeral, one that connect() finds)

   1  route            127.0.0.1 is local, and so is the sender: the SYN stays
                       in this namespace, and counts as having come in on lo ·
                       ip_route_output_flow()
   2  ehash            no connection has this 4-tuple, and nobody is connecting
                       with it · __inet_lookup_established()
   3  lhash2-exact     nobody listens on 127.0.0.1:8888 · inet_lhash2_lookup()
   4  lhash2-wildcard  nobody listens on 0.0.0.0:8888 · inet_lhash2_lookup()
   5  bind             0.0.0.0:8888 is held by server (pid 4121, fd 3), CLOSED
   6  answer           RST: connect() fails with ECONNREFUSED ·
                       tcp_v4_send_reset()

REFUSED · not-listening, certain
  port 8888 is bound by server (pid 4121, fd 3), which has not called listen().
  ▶ call listen() after bind(): until then every SYN to the port is answered
    with RST, as on a port that no socket has

Not observed
  ○ the kernel's own lookup: the steps were inferred from sock_diag's rows
    (tcp_lookup.ko is not loaded in this kernel; docs/proc.md says how to load
    it by hand)
)");
}

TEST(ExplainText, CanBeAscii) {
  const std::string text = drawn(forgotten_listen(), {false, 80, false});
  ASSERT_FALSE(text.empty());
  for (const char letter : text) EXPECT_TRUE(letter == '\n' || (letter >= ' ' && letter < 127));
}

TEST(ExplainText, NamesTheNamespaceAndTheInterfaceThatItAssumes) {
  Facts facts = outside_syn();
  facts.question.netns = "web";
  facts.arrival.device_is_assumed = true;
  EXPECT_THAT(drawn(facts), HasSubstr("coming in on eth0, in network namespace web\n"));
  EXPECT_THAT(drawn(facts), HasSubstr("the interface eth0 (by which the answer leaves)"));
  facts.question.netns = "4121";
  EXPECT_THAT(drawn(facts), HasSubstr("in the network\n  namespace of process 4121\n"));
}

TEST(ExplainText, AHealthyListenerNeedsNoRemedy) {
  Facts facts = local_syn();
  facts.tables.listeners = {listener("0.0.0.0:8888")};
  EXPECT_THAT(drawn(facts), HasSubstr("ANSWERED · listening"));
  EXPECT_THAT(drawn(facts), Not(HasSubstr("▶")));
}

TEST(ExplainText, SaysItsConfidenceOnceAndWhatItRestsOn) {
  Facts facts = local_syn();
  facts.filters.netfilter = {{"nftables inet filter input (hook input)"}};
  const std::string text = drawn(facts, {false, 80, true});
  EXPECT_THAT(text, HasSubstr("REFUSED · nothing-bound, uncertain"));
  EXPECT_THAT(text, HasSubstr("nftables inet filter input (hook input)"));
  EXPECT_EQ(text.find("certain", text.find("uncertain") + 9), std::string::npos);
}

TEST(ExplainText, FitsEightyColumnsWithLongAddresses) {
  Facts facts = outside_syn();
  const char* address = "2001:db8:1234:5678:9abc:def0:1234:567";
  facts.question.source = {*Address::parse(std::string(address) + "1"), 40000};
  facts.question.destination = {*Address::parse(std::string(address) + "2"), 8888};
  std::istringstream text(drawn(facts, {false, 120, true}));
  std::size_t lines = 0;
  for (std::string line; std::getline(text, line); ++lines)
    EXPECT_LE(draw::columns(line), 80U) << line;
  EXPECT_GT(lines, 5U);
}

TEST(ExplainJson, GivesTheReasonOfADoubt) {
  Facts facts = local_syn();
  EXPECT_TRUE(to_json(facts, diagnose(facts))["uncertain_because"].empty());
  facts.filters.netfilter = {{"rule 'tcp dport 8888 drop' (handle 4) of chain inet t i"}};
  const nlohmann::json json = to_json(facts, diagnose(facts));
  EXPECT_EQ(json["certain"], false);
  ASSERT_EQ(json["uncertain_because"].size(), 1U);
  EXPECT_THAT(json["uncertain_because"][0].get<std::string>(), HasSubstr("tcp dport 8888 drop"));
}

TEST(ExplainText, PrintsACommandOnALineOfItsOwn) {
  Facts facts = local_syn();
  facts.interfaces[0].up = false;
  EXPECT_THAT(drawn(facts), HasSubstr("▶ set the interface up:\n    ip link set lo up\n"));
}

TEST(ExplainJson, HasEverythingThatTheTextHas) {
  const Facts facts = forgotten_listen();
  const nlohmann::json json = to_json(facts, diagnose(facts));
  EXPECT_EQ(json["schema"], 1);
  EXPECT_EQ(json["cause"], "not-listening");
  EXPECT_EQ(json["answer"], "rst");
  EXPECT_EQ(json["answered"], false);
  EXPECT_EQ(json["inferred"], true);
  EXPECT_EQ(json["question"]["destination"], "127.0.0.1:8888");
  EXPECT_EQ(json["question"]["source"], "127.0.0.1:40000");
  EXPECT_EQ(json["question"]["assumed"], (nlohmann::json{"source", "port"}));
  EXPECT_EQ(json["steps"].size(), 6U);
  EXPECT_EQ(json["steps"][1]["function"], "__inet_lookup_established");
  EXPECT_FALSE(json["steps"][4].contains("function")) << "the receive path never asks";
  EXPECT_EQ(json["certain"], true);
  EXPECT_EQ(json["errno"], "ECONNREFUSED");
  EXPECT_EQ(json["not_observed"][0]["id"], "kernel-lookup");
  EXPECT_EQ(json["not_observed"][0]["decides"], false);
  EXPECT_EQ(json["sockets"][0]["local"], "0.0.0.0:8888");
  EXPECT_EQ(json["sockets"][0]["processes"][0]["pid"], 4121);
  EXPECT_EQ(json["sockets"][0]["processes"][0]["command"], "server");
}

TEST(ExplainJson, ASourceThatThereIsNotIsLeftOut) {
  Facts facts = local_syn();
  facts.question.source.reset();
  facts.arrival.there.error = ENETUNREACH;
  const nlohmann::json json = to_json(facts, diagnose(facts));
  EXPECT_FALSE(json["question"].contains("source"));
  EXPECT_EQ(json["answer"], "not-sent");
}

}  // namespace
}  // namespace lab::explain_output
