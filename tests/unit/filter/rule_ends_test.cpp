// SPDX-License-Identifier: MIT
//
// Which rules certainly end a SYN, by reading a ruleset as nft lists it.
#include <gmock/gmock.h>

#include <cerrno>

#include "filter/ruleset.hpp"
#include "unit/filter/rules.hpp"

namespace lab::filter {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

using How = RuleThatEnds::How;

SegmentOnWay back(bool is_icmp) {
  SegmentOnWay way = syn("10.0.0.2:80", "10.0.0.1:40000");
  way.segment.in.reset();
  way.segment.out = "eth0";
  way.segment.state.reset();
  way.segment.is_icmp = is_icmp;
  way.segment.flags.reset();
  if (!is_icmp) way.segment.flags = TcpFlags{.rst = true, .ack = true};
  way.hooks = {"output", "postrouting"};
  way.first = false;
  return way;
}

Ways whole() {
  Ways ways{syn()};
  ways.answer = back(false);
  ways.answer->segment.flags.reset();
  ways.answer->segment.state = "established";
  ways.reset = back(false);
  ways.icmp = back(true);
  return ways;
}

RulesInTheWay found(const std::string& list, const Ways& ways = whole()) {
  return rules_that_may_act(list, "", ways);
}

const std::string limit = R"({"limit":{"rate":5,"burst":5,"per":"second"}})";

// A second table with one chain at a hook.
std::string other_chain(const std::string& expression, const char* hook, int priority,
                        const char* family = "inet", const char* type = "filter") {
  return fmt::format(
      R"(,{{"chain":{{"family":"{0}","table":"g","name":"o","type":"{3}","hook":"{1}","prio":{2},)"
      R"("policy":"accept"}}}},)"
      R"({{"rule":{{"family":"{0}","table":"g","chain":"o","handle":5,"expr":{4}}}}})",
      family, hook, priority, type, expression);
}

TEST(RuleEnds, ARuleWhoseMatchesAreKnownEndsTheSyn) {
  const RulesInTheWay rules = found(list_of({rule(match(dport, "80"), drop)}));
  ASSERT_TRUE(rules.ends_syn);
  EXPECT_EQ(rules.ends_syn->how, How::drops);
  EXPECT_EQ(rules.ends_syn->hook, "input");
  EXPECT_EQ(rules.ends_syn->chain, "inet f i");
  EXPECT_THAT(rules.ends_syn->text, HasSubstr("(handle 11) of chain inet f i"));
  EXPECT_THAT(rules.acting, IsEmpty());
}

TEST(RuleEnds, SoDoesAPolicyThatIsCertainlyReached) {
  const RulesInTheWay rules = found(list_of({rule(match(dport, "81"), accept)}, "drop"));
  ASSERT_TRUE(rules.ends_syn);
  EXPECT_THAT(rules.ends_syn->text, HasSubstr("the policy (drop) of chain inet f i"));
  EXPECT_FALSE(found(list_of({rule(match(dport, "80"), accept)}, "drop")).ends_syn);
}

TEST(RuleEnds, NothingIsCertainBehindWhatMayTakeTheSegment) {
  for (const std::string& before :
       {rule(limit, accept), rule(limit, drop), rule(limit, R"({"return":null})"),
        rule(limit, R"({"redirect":{"port":1}})"), rule(limit, R"({"queue":null})"),
        rule(limit, R"({"goto":{"target":"other"}})"),
        std::string(R"([{"xt":{"type":"match","name":"x"}},{"accept":null}])"),
        std::string(R"([{"something new":1}])")}) {
    const RulesInTheWay rules = found(list_of({before, rule(match(dport, "80"), drop)}));
    EXPECT_FALSE(rules.ends_syn) << before;
    EXPECT_THAT(rules.acting, testing::Contains(HasSubstr("(handle 12)"))) << before;
  }
}

TEST(RuleEnds, WhatOnlyCountsOrMarksBeforeChangesNothing) {
  for (const std::string& before :
       {rule(R"({"counter":{"packets":0,"bytes":0}})", R"({"log":null})"),
        rule(match(dport, "81"), accept), rule(limit, R"({"counter":null})"),
        std::string(R"([{"mangle":{"key":{"meta":{"key":"mark"}},"value":7}}])")})
    EXPECT_TRUE(found(list_of({before, rule(match(dport, "80"), drop)})).ends_syn) << before;
}

TEST(RuleEnds, ARuleThatMayNotMatchIsNotCertain) {
  for (const std::string& may :
       {limit, match(R"({"meta":{"key":"mark"}})", "1"), match(dport, R"("@unknown")"),
        match(R"({"meta":{"key":"skuid"}})", "0")})
    EXPECT_FALSE(found(list_of({rule(may, drop)})).ends_syn) << may;
}

TEST(RuleEnds, FollowsJumpsThatAreCertain) {
  const std::string other =
      R"(,{"chain":{"family":"inet","table":"f","name":"other"}},)"
      R"({"rule":{"family":"inet","table":"f","chain":"other","handle":9,"expr":[{"drop":null}]}})";
  const std::string jump = R"({"jump":{"target":"other"}})";
  const auto jumps = [&](const std::string& first) {
    return found(list_of({rule(first, jump)}, "accept", "input", other));
  };
  ASSERT_TRUE(jumps(match(dport, "80")).ends_syn);
  EXPECT_EQ(jumps(match(dport, "80")).ends_syn->chain, "inet f other");
  EXPECT_FALSE(jumps(limit).ends_syn);
  EXPECT_THAT(jumps(limit).acting, ElementsAre(HasSubstr("chain inet f other")));
}

TEST(RuleEnds, OfTwoHooksTheFirstAndOfTwoPrioritiesTheLowerOneDecides) {
  const std::string here = rule(match(dport, "80"), drop);
  const auto with = [&](const std::string& expression, const char* hook, int priority) {
    return found(list_of({here}, "accept", "input", other_chain(expression, hook, priority)));
  };
  EXPECT_EQ(with("[" + drop + "]", "prerouting", 0).ends_syn->hook, "prerouting");
  EXPECT_EQ(with("[" + drop + "]", "input", -1).ends_syn->chain, "inet g o");
  EXPECT_EQ(with("[" + drop + "]", "input", 1).ends_syn->chain, "inet f i");
  EXPECT_EQ(with(rule(limit, drop), "input", 1).ends_syn->chain, "inet f i");
  EXPECT_THAT(with(rule(limit, drop), "input", 1).acting, IsEmpty()) << "it is not reached";
  EXPECT_FALSE(with(rule(limit, drop), "prerouting", 0).ends_syn) << "it may have dropped it";
  EXPECT_FALSE(with("[" + drop + "]", "input", 0).ends_syn) << "which is first is not known";
  EXPECT_FALSE(
      with(rule(match(dport, "80"), R"({"dnat":{"addr":"10.0.0.9"}})"), "prerouting", 0).ends_syn);
}

TEST(RuleEnds, ChainsOfNatComeWhereNatDoes) {
  // Registered at -300, it is asked at -100, behind the chain at -150.
  const std::string redirect = rule(match(dport, "80"), R"({"redirect":{"port":1}})");
  const RulesInTheWay rules =
      found(list_of({rule(match(dport, "80"), drop)}, "accept", "prerouting",
                    other_chain(redirect, "prerouting", -300, "ip", "nat"), -150));
  EXPECT_TRUE(rules.ends_syn);
}

TEST(RuleEnds, OfLinksNothingIsCertain) {
  const RulesInTheWay rules =
      found(list_of({"[" + drop + "]"}, "accept", "ingress", "", 0, "netdev"));
  EXPECT_FALSE(rules.ends_syn);
  EXPECT_THAT(rules.acting, SizeIs(1));
}

TEST(RuleEnds, ARejectionSaysWhatComesBack) {
  const auto rejected = [&](const char* options) {
    return found(list_of({rule(match(dport, "80"), fmt::format(R"({{"reject":{}}})", options))}))
        .ends_syn;
  };
  EXPECT_EQ(rejected(R"({"type":"tcp reset"})")->how, How::resets);
  EXPECT_EQ(rejected(R"({"type":"tcp reset"})")->error, ECONNREFUSED);
  EXPECT_EQ(rejected("null")->how, How::refuses);
  EXPECT_EQ(rejected("null")->error, ECONNREFUSED);
  EXPECT_EQ(rejected(R"({"type":"icmp","expr":"net-prohibited"})")->error, ENETUNREACH);
  EXPECT_EQ(rejected(R"({"type":"icmp","expr":"prot-unreachable"})")->error, ENOPROTOOPT);
  EXPECT_EQ(rejected(R"({"type":"icmpx","expr":"admin-prohibited"})")->error, EHOSTUNREACH);
  EXPECT_FALSE(rejected(R"({"type":"icmp","expr":"what is this"})"));
  EXPECT_FALSE(rejected(R"({"type":"icmpv6","expr":"no-route"})"));
}

TEST(RuleEnds, ARejectionIsCertainOnlyIfItGetsBack) {
  const auto list = [&](const std::string& expression, const std::string& on_output) {
    return list_of({rule(match(dport, "80"), expression)}, "accept", "input",
                   other_chain(on_output, "output", 0));
  };
  const std::string reset = R"({"reject":{"type":"tcp reset"}})", icmp = R"({"reject":null})";
  const std::string no_icmp = rule(match(R"({"meta":{"key":"l4proto"}})", R"("icmp")"), drop);
  const std::string no_reset =
      rule(match(R"({"payload":{"protocol":"tcp","field":"flags"}})", R"("rst")", "in"), drop);
  EXPECT_TRUE(found(list(reset, no_icmp)).ends_syn);
  EXPECT_FALSE(found(list(icmp, no_icmp)).ends_syn);
  EXPECT_THAT(found(list(icmp, no_icmp)).acting, SizeIs(2));
  EXPECT_FALSE(found(list(reset, no_reset)).ends_syn);
  EXPECT_TRUE(found(list(icmp, no_reset)).ends_syn);
  Ways ways = whole();
  ways.reset.reset();
  EXPECT_FALSE(found(list(reset, no_icmp), ways).ends_syn);
}

TEST(RuleEnds, TheAnswerIsLookedAtByItself) {
  const std::string sport = R"({"payload":{"protocol":"tcp","field":"sport"}})";
  const RulesInTheWay rules = found(list_of({rule(match(sport, "80"), drop)}, "accept", "output"));
  EXPECT_FALSE(rules.ends_syn);
  EXPECT_THAT(rules.acting, IsEmpty());
  ASSERT_TRUE(rules.ends_answer);
  EXPECT_EQ(rules.ends_answer->hook, "output");
  const RulesInTheWay may = found(list_of({rule(limit, drop)}, "accept", "output"));
  EXPECT_FALSE(may.ends_answer);
  EXPECT_THAT(may.acting_on_answer, SizeIs(1));
  // A SYN-ACK, a RST or an ACK.
  const std::string flags = R"({"payload":{"protocol":"tcp","field":"flags"}})";
  EXPECT_FALSE(
      found(list_of({rule(match(flags, R"("syn")", "in"), drop)}, "accept", "output")).ends_answer);
}

TEST(RuleEnds, WhereItsFlagsAreKnownTheAnswerIsLookedAtByThem) {
  Ways ways = whole();
  const auto ends = [&](const char* flag) {
    const std::string flags = R"({"payload":{"protocol":"tcp","field":"flags"}})";
    const RulesInTheWay rules = found(
        list_of({rule(match(flags, fmt::format(R"("{}")", flag), "in"), drop)}, "accept", "output"),
        ways);
    EXPECT_THAT(rules.acting_on_answer, IsEmpty());
    return rules.ends_answer.has_value();
  };
  ways.answer->segment.flags = TcpFlags{.syn = true, .ack = true};
  EXPECT_TRUE(ends("syn"));
  EXPECT_FALSE(ends("rst"));
  ways.answer->segment.flags = TcpFlags{.rst = true, .ack = true};
  EXPECT_TRUE(ends("rst"));
  EXPECT_FALSE(ends("syn"));
}

TEST(RuleEnds, BehindMasqueradingTheSourceIsNotKnown) {
  Ways ways = whole();
  ways.syn.hooks = {"output", "postrouting", "prerouting", "input"};
  const std::string from_client = rule(match(saddr, R"("10.0.0.1")"), drop);
  const std::string from_other = rule(match(saddr, R"("10.0.0.9")"), drop);
  const std::string masquerade = other_chain(rule(match(dport, "80"), R"({"masquerade":null})"),
                                             "postrouting", 100, "ip", "nat");
  EXPECT_TRUE(found(list_of({from_client}), ways).ends_syn);
  EXPECT_FALSE(found(list_of({from_client}, "accept", "input", masquerade), ways).ends_syn);
  EXPECT_THAT(found(list_of({from_other}, "accept", "input", masquerade), ways).acting, SizeIs(1));
}

// A listener may drop what is not signed from some sources alone. At nat's input hook TCP gets
// another source, whose route is not known. And a port may be taken.
TEST(RuleEnds, AnotherSourceMayMatter) {
  const auto acting = [](const char* hook, const std::string& verdict,
                         bool source_decides = false) {
    Ways ways = whole();
    ways.syn.segment.source_decides = source_decides;
    ways.syn.hooks = {"output", "postrouting", "prerouting", "input"};
    const std::string change =
        other_chain(rule(match(dport, "80"), verdict), hook, 100, "ip", "nat");
    return found(list_of({rule(match(dport, "81"), drop)}, "accept", "input", change), ways).acting;
  };
  const std::string plain = R"({"snat":{"addr":"10.99.0.1"}})";
  EXPECT_THAT(acting("postrouting", plain), IsEmpty());
  EXPECT_THAT(acting("input", plain), SizeIs(1));
  EXPECT_THAT(acting("postrouting", R"({"masquerade":null})"), IsEmpty());
  EXPECT_THAT(acting("postrouting", R"({"masquerade":null})", true), SizeIs(1));
  EXPECT_THAT(acting("postrouting", R"({"xt":{"type":"target","name":"MASQUERADE"}})"), SizeIs(1))
      << "whether it names a port is not told";
  EXPECT_THAT(acting("postrouting", R"({"snat":{"addr":"10.99.0.1","port":4000}})"), SizeIs(1));
  EXPECT_THAT(acting("postrouting", R"({"masquerade":{"port":4000}})"), SizeIs(1));
}

// Where it is dropped, no SYN leaves.
TEST(RuleEnds, NeighbourDiscoveryMeetsTheRulesToo) {
  Ways ways{syn("[fd00::1]:40000", "[fd00::2]:80")};
  ways.syn.hooks = {"output", "postrouting"};
  SegmentOnWay solicit = ways.syn;
  solicit.first = false;
  solicit.segment.is_icmp = true;
  solicit.segment.source_known = solicit.segment.destination_known = false;
  solicit.segment.state = "untracked";
  solicit.segment.icmp_type = "nd-neighbor-solicit";
  ways.discovery = {solicit};
  const std::string all_tcp = rule(match(R"({"meta":{"key":"l4proto"}})", R"("tcp")"), accept);
  const std::string type = R"({"payload":{"protocol":"icmpv6","field":"type"}})";
  const auto acting = [&](const std::vector<std::string>& rules) {
    return found(list_of(rules, "drop", "output"), ways).acting;
  };
  EXPECT_THAT(acting({all_tcp}), ElementsAre(HasSubstr("policy (drop)")));
  EXPECT_THAT(
      acting({all_tcp,
              rule(match(type, R"({"set":["echo-request","nd-neighbor-solicit"]})"), accept)}),
      IsEmpty());
  EXPECT_THAT(acting({all_tcp, rule(match(type, R"("echo-request")"), accept)}), SizeIs(1));
}

}  // namespace
}  // namespace lab::filter
