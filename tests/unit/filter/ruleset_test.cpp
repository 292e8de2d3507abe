// SPDX-License-Identifier: MIT
//
// Which rules could match a segment, by reading a ruleset as nft lists it.
#include "filter/ruleset.hpp"

#include <gmock/gmock.h>

#include "unit/filter/rules.hpp"

namespace lab::filter {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

// What acts on the SYN, or may.
std::vector<std::string> suspects_in(const std::string& list, const std::string& text,
                                     const Ways& ways) {
  RulesInTheWay found = rules_that_may_act(list, text, ways);
  if (found.ends_syn) found.acting.push_back(found.ends_syn->text);
  return found.acting;
}

std::vector<std::string> suspects(const std::vector<std::string>& expressions,
                                  const SegmentOnWay& way = syn(), const char* policy = "accept",
                                  const char* hook = "input", const std::string& more = "") {
  return suspects_in(list_of(expressions, policy, hook, more), "", {way});
}
std::vector<std::string> marking(const std::vector<std::string>& expressions) {
  return rules_that_may_act(list_of(expressions), "", {syn()}).marking;
}

TEST(Ruleset, NamesARuleThatMatchesByItsTextAndHandle) {
  const std::string text =
      "table inet f { # handle 1\n\tchain i { # handle 1\n\t\ttcp dport 80 drop # handle "
      "11\n\t}\n}";
  EXPECT_THAT(suspects_in(list_of({rule(match(dport, "80"), drop)}), text, {syn()}),
              ElementsAre("rule 'tcp dport 80 drop' (handle 11) of chain inet f i"));
}

TEST(Ruleset, ExcludesRulesForOtherSegments) {
  for (const std::string& other :
       {match(dport, "81"), match(dport, R"({"set":[443,{"range":[8000,8010]}]})"),
        match(dport, "80", "!="), match(dport, R"({"range":[1000,2000]})"), match(dport, "80", "<"),
        match(saddr, R"("10.0.0.9")"), match(saddr, R"({"prefix":{"addr":"10.1.0.0","len":16}})"),
        match(saddr, R"({"prefix":{"addr":"10.0.0.0","len":8}})", "!="),
        match(R"({"payload":{"protocol":"ip6","field":"saddr"}})", R"("fd00::1")", "!="),
        match(R"({"payload":{"protocol":"udp","field":"dport"}})", "80"),
        match(R"({"meta":{"key":"l4proto"}})", R"("udp")"),
        match(R"({"meta":{"key":"l4proto"}})", R"({"set":["udp","icmp"]})"),
        match(R"({"meta":{"key":"nfproto"}})", R"("ipv6")"),
        match(R"({"meta":{"key":"iifname"}})", R"("eth1")"),
        match(R"({"meta":{"key":"iifname"}})", R"("docker*")"),
        match(R"({"ct":{"key":"state"}})", R"(["established","related"])", "in"),
        match(R"({"ct":{"key":"state"}})", R"("invalid")", "in"),
        match(R"({"&":[{"payload":{"protocol":"tcp","field":"flags"}},["fin","syn","rst","ack"]]})",
              R"("ack")")}) {
    EXPECT_THAT(suspects({rule(other, drop)}), IsEmpty()) << other;
  }
}

TEST(Ruleset, KeepsRulesThatMatchOrMayMatch) {
  for (const std::string& may :
       {match(dport, "80"), match(dport, R"({"set":[22,{"elem":{"val":80,"comment":"x"}}]})"),
        match(dport, "81", "!="), match(saddr, R"({"prefix":{"addr":"10.0.0.0","len":8}})"),
        match(R"({"meta":{"key":"iifname"}})", R"("eth*")"),
        match(R"({"meta":{"key":"mark"}})", "1"), match(dport, R"("@unknown")"),
        match(R"({"ct":{"key":"state"}})", R"("new")", "in"),
        match(R"({"fib":{"result":"type","flags":["daddr"]}})", R"("local")"),
        match(R"({"&":[{"payload":{"protocol":"tcp","field":"flags"}},["fin","syn","rst","ack"]]})",
              R"("syn")"),
        std::string(R"({"limit":{"rate":5,"burst":5,"per":"second"}})"),
        std::string(R"({"xt":{"type":"match","name":"conntrack"}})"),
        std::string(R"({"xt":null})")}) {
    EXPECT_THAT(suspects({rule(may, drop)}), SizeIs(1)) << may;
  }
}

TEST(Ruleset, KeepsWhateverRedirects) {
  for (const char* verdict :
       {R"({"dnat":{"addr":"10.0.0.9"}})", R"({"redirect":{"port":1}})", R"({"tproxy":{"port":1}})",
        R"({"reject":{"type":"tcp reset"}})", R"({"queue":null})",
        R"({"xt":{"type":"target","name":"DNAT"}})", R"({"something new":1})"})
    EXPECT_THAT(suspects({rule(match(dport, "80"), verdict)}), SizeIs(1)) << verdict;
  for (const char* verdict : {R"({"masquerade":null})", R"({"counter":{"packets":0,"bytes":0}})",
                              R"({"xt":{"type":"target","name":"MASQUERADE"}})",
                              R"({"mangle":{"key":{"meta":{"key":"mark"}},"value":1}})"})
    EXPECT_THAT(suspects({rule(match(dport, "80"), verdict)}), IsEmpty()) << verdict;
}

TEST(Ruleset, APolicyThatDropsMattersUnlessARuleCertainlyAccepts) {
  EXPECT_THAT(suspects({}, syn(), "drop"),
              ElementsAre(HasSubstr("policy (drop) of chain inet f i")));
  EXPECT_THAT(suspects({rule(match(dport, "80"), accept)}, syn(), "drop"), IsEmpty());
  EXPECT_THAT(suspects({rule(match(dport, "81"), accept)}, syn(), "drop"), SizeIs(1));
  EXPECT_THAT(suspects({rule(R"({"limit":{"rate":5}})", accept)}, syn(), "drop"), SizeIs(1))
      << "what may accept may also not";
}

TEST(Ruleset, ARuleBehindOneThatAcceptsIsNotReached) {
  EXPECT_THAT(suspects({rule(match(dport, "80"), accept), "[" + drop + "]"}), IsEmpty());
  EXPECT_THAT(suspects({rule(match(dport, "81"), accept), "[" + drop + "]"}), SizeIs(1));
}

TEST(Ruleset, FollowsJumpsReturnsAndMapsOfVerdicts) {
  const std::string other = R"(,{"chain":{"family":"inet","table":"f","name":"other"}})";
  const auto in_other = [](const std::string& expression) {
    return R"(,{"rule":{"family":"inet","table":"f","chain":"other","handle":9,"expr":)" +
           expression + "}}";
  };
  const std::string jump = R"({"jump":{"target":"other"}})", jumps = rule(match(dport, "80"), jump);
  EXPECT_THAT(suspects({jumps}, syn(), "accept", "input", other + in_other("[" + drop + "]")),
              ElementsAre(HasSubstr("chain inet f other")));
  EXPECT_THAT(suspects({jumps}, syn(), "drop", "input", other + in_other("[" + accept + "]")),
              IsEmpty());
  EXPECT_THAT(suspects({jumps}, syn(), "drop", "input", other + in_other(R"([{"return":null}])")),
              SizeIs(1));
  EXPECT_THAT(
      suspects({"[" + jump + "]", rule(match(dport, "80"), R"({"return":null})"), "[" + drop + "]"},
               syn()),
      IsEmpty())
      << "a return in a base chain is its policy";
  const std::string map = R"([{"vmap":{"key":)" + dport + R"(,"data":{"set":[[80,{"drop":null}],)" +
                          R"([81,{"accept":null}]]}}}])";
  EXPECT_THAT(suspects({map}), SizeIs(1));
  EXPECT_THAT(suspects({map}, syn("10.0.0.1:40000", "10.0.0.2:81"), "drop"), IsEmpty());
  EXPECT_THAT(suspects({map}, syn("10.0.0.1:40000", "10.0.0.2:82")), IsEmpty());
}

TEST(Ruleset, KnowsNamedSetsUnlessPacketsChangeThem) {
  const std::string named =
      R"(,{"set":{"family":"inet","table":"f","name":"s","elem":[22,443]}})"
      R"(,{"set":{"family":"inet","table":"f","name":"d","flags":["timeout"],"elem":[22]}})";
  EXPECT_THAT(suspects({rule(match(dport, R"("@s")"), drop)}, syn(), "accept", "input", named),
              IsEmpty());
  EXPECT_THAT(suspects({rule(match(dport, R"("@d")"), drop)}, syn(), "accept", "input", named),
              SizeIs(1));
}

TEST(Ruleset, LooksOnlyAtTheHooksOnTheWay) {
  EXPECT_THAT(suspects({"[" + drop + "]"}, syn(), "accept", "forward"), IsEmpty());
  EXPECT_THAT(suspects({"[" + drop + "]"}, syn(), "accept", "output"), IsEmpty());
  EXPECT_THAT(suspects({"[" + drop + "]"}, syn(), "accept", "prerouting"), SizeIs(1));
}

TEST(Ruleset, AnAssumedSourcePortIsNotKnown) {
  SegmentOnWay way = syn();
  way.segment.source_port_known = false;
  const std::string sport = R"({"payload":{"protocol":"tcp","field":"sport"}})";
  EXPECT_THAT(suspects({rule(match(sport, "50000"), drop)}, way), SizeIs(1));
  EXPECT_THAT(suspects({rule(match(sport, "50000"), drop)}), IsEmpty());
}

TEST(Ruleset, WithARuleThatStopsTrackingTheStateIsNotKnown) {
  const std::string invalid = rule(match(R"({"ct":{"key":"state"}})", R"("invalid")", "in"), drop);
  EXPECT_THAT(suspects({invalid}), IsEmpty());
  EXPECT_THAT(suspects({R"([{"notrack":null}])", invalid}), SizeIs(1));
}

TEST(Ruleset, TheStateIsNotKnownBeforeConnectionTracking) {
  const std::string invalid = rule(match(R"({"ct":{"key":"state"}})", R"("invalid")", "in"), drop);
  const auto at_hook = [&](const char* hook, int priority, const char* family = "inet") {
    return suspects_in(list_of({invalid}, "accept", hook, "", priority, family), "", {syn()});
  };
  EXPECT_THAT(at_hook("prerouting", -150), IsEmpty());
  EXPECT_THAT(at_hook("input", -300), IsEmpty()) << "it was tracked in prerouting";
  EXPECT_THAT(at_hook("prerouting", -200), SizeIs(1)) << "which is first is not known";
  EXPECT_THAT(at_hook("prerouting", -300), SizeIs(1));
  EXPECT_THAT(at_hook("ingress", 0, "netdev"), SizeIs(1));
  EXPECT_THAT(at_hook("input", 0, "bridge"), SizeIs(1));
}

TEST(Ruleset, TheInterfaceOfArrivalIsNotKnownInPostrouting) {
  SegmentOnWay way = syn();
  way.hooks = {"prerouting", "forward", "postrouting"};
  const std::string other = rule(match(R"({"meta":{"key":"iifname"}})", R"("eth1")"), drop);
  EXPECT_THAT(suspects({other}, way, "accept", "forward"), IsEmpty());
  EXPECT_THAT(suspects({other}, way, "accept", "postrouting"), SizeIs(1));
}

TEST(Ruleset, WhetherASynAsksForEcnIsNotKnown) {
  const std::string flags = R"({"payload":{"protocol":"tcp","field":"flags"}})";
  EXPECT_THAT(suspects({rule(match(flags, R"("ecn")", "in"), drop)}), SizeIs(1));
  EXPECT_THAT(suspects({rule(match(flags, R"(["cwr","ack"])", "in"), drop)}), SizeIs(1));
  EXPECT_THAT(suspects({rule(match(flags, R"(["fin","ack"])", "in"), drop)}), IsEmpty());
}

TEST(Ruleset, NamesTheRulesThatSetTheMark) {
  const std::string set_mark = R"({"mangle":{"key":{"meta":{"key":"mark"}},"value":7}})";
  EXPECT_THAT(marking({rule(match(dport, "80"), set_mark)}), SizeIs(1));
  EXPECT_THAT(marking({rule(match(dport, "81"), set_mark)}), IsEmpty());
  EXPECT_THAT(marking({R"([{"xt":{"type":"target","name":"CONNMARK"}}])"}), SizeIs(1));
  EXPECT_THAT(marking({R"([{"mangle":{"key":{"meta":{"key":"nftrace"}},"value":1}}])"}), IsEmpty());
  EXPECT_THAT(suspects({R"([{"mangle":{"key":{"meta":{"key":"pkttype"}},"value":"host"}}])"}),
              SizeIs(1));
}

TEST(Ruleset, AnIcmpErrorHasNoPortsAndNoFlags) {
  SegmentOnWay way = syn();
  way.segment.is_icmp = true;
  way.segment.flags.reset();
  way.segment.state.reset();
  way.hooks = {"output"};
  const auto acting = [&](const std::string& expression) {
    return suspects({rule(expression, drop)}, way, "accept", "output");
  };
  EXPECT_THAT(acting(match(dport, "80", "!=")), IsEmpty());
  EXPECT_THAT(acting(match(R"({"meta":{"key":"l4proto"}})", R"("tcp")")), IsEmpty());
  EXPECT_THAT(acting(match(R"({"meta":{"key":"l4proto"}})", R"("icmp")")), SizeIs(1));
  EXPECT_THAT(acting(match(R"({"payload":{"protocol":"ip","field":"protocol"}})", "1")), SizeIs(1));
  EXPECT_THAT(acting(match(R"({"payload":{"protocol":"icmp","field":"type"}})",
                           R"("destination-unreachable")")),
              SizeIs(1));
  EXPECT_THAT(acting(match(saddr, R"("10.9.9.9")")), SizeIs(1)) << "whose address it has";
  EXPECT_THAT(acting(match(R"({"ct":{"key":"state"}})", R"("invalid")", "in")), SizeIs(1));
}

}  // namespace
}  // namespace lab::filter
