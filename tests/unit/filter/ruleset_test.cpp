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

// nft's JSON of `ip saddr & 255.0.0.0 == 10.0.0.9`.
TEST(Ruleset, AMaskedAddressNeverEqualsOneWithBitsBeyondTheMask) {
  const char* beyond = R"({"prefix":{"addr":"10.0.0.9","len":8}})";
  EXPECT_THAT(suspects({rule(match(saddr, beyond), drop)}), IsEmpty());
  EXPECT_THAT(suspects({rule(match(saddr, beyond, "!="), drop)}), SizeIs(1));
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
  for (const char* verdict : {R"({"counter":{"packets":0,"bytes":0}})",
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
      R"(,{"set":{"family":"inet","table":"f","name":"d","flags":["dynamic"],"elem":[22]}})";
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

const std::string mark_of_packet = R"({"meta":{"key":"mark"}})";
const std::string sport = R"({"payload":{"protocol":"tcp","field":"sport"}})";

TEST(Ruleset, KnowsNamedMapsToVerdictsUnlessPacketsChangeThem) {
  const auto looked_up = [](const char* name, const char* port) {
    const std::string maps =
        R"(,{"map":{"family":"inet","table":"f","name":"v","type":"inet_service","map":"verdict",)"
        R"("elem":[[80,{"drop":null}],[81,{"accept":null}]]}})"
        R"(,{"map":{"family":"inet","table":"f","name":"d","type":"inet_service","map":"verdict",)"
        R"("flags":["dynamic"],"elem":[[22,{"drop":null}]]}})";
    return suspects({R"([{"vmap":{"key":)" + dport + R"(,"data":")" + name + R"("}}])"},
                    syn("10.0.0.1:40000", port), "accept", "input", maps);
  };
  EXPECT_THAT(looked_up("@v", "10.0.0.2:80"), SizeIs(1));
  EXPECT_THAT(looked_up("@v", "10.0.0.2:81"), IsEmpty());
  EXPECT_THAT(looked_up("@v", "10.0.0.2:82"), IsEmpty());
  EXPECT_THAT(looked_up("@d", "10.0.0.2:82"), SizeIs(1));
}

TEST(Ruleset, ComparesEachPartOfAConcatenation) {
  const auto with = [](const std::string& element, const char* op = "==") {
    return suspects({rule(match(R"({"concat":[)" + saddr + "," + dport + "]}",
                                R"({"set":[{"concat":)" + element + "}]}", op),
                          drop)});
  };
  EXPECT_THAT(with(R"(["10.0.0.1",80])"), SizeIs(1));
  EXPECT_THAT(with(R"(["10.0.0.1",81])"), IsEmpty());
  EXPECT_THAT(with(R"(["10.0.0.9",80])"), IsEmpty());
  EXPECT_THAT(with(R"([{"prefix":{"addr":"10.0.0.0","len":24}},{"range":[1,90]}])"), SizeIs(1));
  EXPECT_THAT(with(R"(["10.0.0.1",80])", "!="), IsEmpty());
}

// An ephemeral port is one of the range; from elsewhere it may be any.
TEST(Ruleset, KnowsTheRangeOfAPortThatConnectChooses) {
  SegmentOnWay way = syn();
  way.segment.source_port_known = false;
  const auto with = [&](const std::string& right, const char* op = "==") {
    return suspects({rule(match(sport, right, op), drop)}, way);
  };
  EXPECT_THAT(with("22"), SizeIs(1));
  way.segment.source_ports = PortRange{32768, 60999};
  EXPECT_THAT(with("22"), IsEmpty());
  EXPECT_THAT(with("40000"), SizeIs(1)) << "it may be that one";
  EXPECT_THAT(with(R"({"range":[1,1023]})"), IsEmpty());
  EXPECT_THAT(with(R"({"set":[22,{"range":[61000,65535]}]})"), IsEmpty());
  EXPECT_THAT(with("1024", "<"), IsEmpty());
  EXPECT_THAT(with(R"({"range":[1024,65535]})", "!="), IsEmpty());
}

// As iptables-nft has it.
TEST(Ruleset, ACommentMatchesEverySegment) {
  const std::string comment = R"({"xt":{"type":"match","name":"comment"}})";
  const auto found = rules_that_may_act(list_of({"[" + comment + "," + drop + "]"}), "", {syn()});
  EXPECT_TRUE(found.ends_syn);
}

TEST(Ruleset, KnowsTheMarkUnlessARuleMaySetIt) {
  SegmentOnWay way = syn();
  way.segment.mark = 0;
  const std::string drops = rule(match(mark_of_packet, "7"), drop);
  EXPECT_THAT(suspects({drops}, way), IsEmpty());
  EXPECT_THAT(suspects({rule(match(R"({"&":[)" + mark_of_packet + R"(,4]})", "4"), drop)}, way),
              IsEmpty());
  EXPECT_THAT(suspects({rule(match(mark_of_packet, "0"), drop)}, way), SizeIs(1));
  const std::string sets = R"([{"mangle":{"key":)" + mark_of_packet + R"(,"value":7}}])";
  EXPECT_THAT(suspects({drops, sets}, way), IsEmpty()) << "it comes too late";
  EXPECT_THAT(suspects({sets, drops}, way), SizeIs(1));
}

TEST(Ruleset, FollowsAMarkThatARuleCertainlySets) {
  SegmentOnWay way = syn();
  way.segment.mark = 0;
  const auto set_to = [](const std::string& value) {
    return R"({"mangle":{"key":)" + mark_of_packet + R"(,"value":)" + value + "}}";
  };
  const auto ends = [&](const std::string& first, const char* mark) {
    return rules_that_may_act(list_of({first, rule(match(mark_of_packet, mark), drop)}), "", {way});
  };
  const std::string seven = set_to("7");
  EXPECT_TRUE(ends("[" + seven + "]", "7").ends_syn);
  EXPECT_THAT(ends("[" + seven + "]", "8").acting, IsEmpty());
  EXPECT_TRUE(ends(rule(match(dport, "80"), seven), "7").ends_syn);
  EXPECT_THAT(ends(rule(match(dport, "81"), seven), "7").acting, IsEmpty());
  const std::string limit = R"({"limit":{"rate":5,"burst":5,"per":"second"}})";
  for (const std::string& maybe :
       {rule(limit, seven), "[" + set_to(R"({"ct":{"key":"mark"}})") + "]",
        "[" + set_to(R"({"numgen":{"mode":"inc","mod":2}})") + "]",
        std::string(R"([{"xt":{"type":"target","name":"CONNMARK"}}])"),
        std::string(R"([{"xt":null}])")}) {
    EXPECT_FALSE(ends(maybe, "7").ends_syn) << maybe;
    EXPECT_FALSE(ends(maybe, "7").acting.empty()) << maybe;
  }
  EXPECT_TRUE(ends("[" + set_to(R"({"|":[)" + mark_of_packet + ",16]}") + "]", "16").ends_syn);
  EXPECT_TRUE(
      ends("[" + set_to(R"({"^":[{"&":[)" + mark_of_packet + ",255]},3]}") + "]", "3").ends_syn);
}

// Which of two chains at one place is asked first is not known.
TEST(Ruleset, AMarkIsNotKnownWhereTwoChainsAreAtOnePlace) {
  SegmentOnWay way = syn();
  way.segment.mark = 0;
  const std::string other =
      R"(,{"chain":{"family":"inet","table":"g","name":"o","type":"filter","hook":"input",)"
      R"("prio":0,"policy":"accept"}},{"rule":{"family":"inet","table":"g","chain":"o",)"
      R"("handle":5,"expr":[{"mangle":{"key":{"meta":{"key":"mark"}},"value":7}}]}})";
  const std::string drops = rule(match(mark_of_packet, "7"), drop);
  EXPECT_THAT(suspects({drops}, way, "accept", "input", other), SizeIs(1));
  EXPECT_FALSE(rules_that_may_act(list_of({drops}, "accept", "input", other), "", {way}).ends_syn);
}

TEST(Ruleset, KnowsTheMarkOfANewConnection) {
  SegmentOnWay way = syn();
  way.segment.ct_mark = 0;
  const std::string ct_mark = R"({"ct":{"key":"mark"}})";
  EXPECT_THAT(suspects({rule(match(ct_mark, "7"), drop)}, way), IsEmpty());
  EXPECT_THAT(suspects({rule(match(ct_mark, "0"), drop)}, way), SizeIs(1));
  EXPECT_THAT(suspects({rule(match(R"({"&":[)" + ct_mark + ",15]}", "1"), drop)}, way), IsEmpty());
  const std::string sets = R"([{"mangle":{"key":)" + ct_mark + R"(,"value":7}}])";
  EXPECT_THAT(suspects({rule(match(ct_mark, "7"), drop), sets}, way), SizeIs(1))
      << "wherever that rule is";
}

TEST(Ruleset, KnowsTheTypesOfTheAddresses) {
  const auto type_of = [](const char* end) {
    return fmt::format(R"({{"fib":{{"result":"type","flags":["{}"]}}}})", end);
  };
  SegmentOnWay way = syn();
  const auto acting = [&](const std::string& expression) {
    return suspects({rule(expression, drop)}, way);
  };
  EXPECT_THAT(acting(match(type_of("daddr"), R"("local")", "!=")), SizeIs(1)) << "not known";
  way.segment.destination_type = RouteType::local;
  EXPECT_THAT(acting(match(type_of("daddr"), R"("local")", "!=")), IsEmpty());
  EXPECT_THAT(acting(match(type_of("daddr"), R"({"set":["broadcast","multicast"]})")), IsEmpty());
  EXPECT_THAT(acting(match(type_of("daddr"), R"("local")")), SizeIs(1));
  EXPECT_THAT(acting(match(type_of("saddr"), R"("local")")), SizeIs(1)) << "not known";
  way.segment.source_type = RouteType::unicast;
  EXPECT_THAT(acting(match(type_of("saddr"), R"("local")")), IsEmpty());
  EXPECT_THAT(acting(match(R"({"fib":{"result":"type","flags":["daddr","iif"]}})", R"("local")")),
              SizeIs(1))
      << "on that interface";
}

// As firewalld checks the way back.
TEST(Ruleset, KnowsWhetherTheSourceIsReachedByTheInterfaceOfArrival) {
  SegmentOnWay way = syn();
  const auto missing = [&](const char* flags, const char* hook) {
    const std::string back = fmt::format(R"({{"fib":{{"result":"oif","flags":{}}}}})", flags);
    return suspects({rule(match(back, "false"), drop)}, way, "accept", hook);
  };
  EXPECT_THAT(missing(R"(["saddr","iif"])", "prerouting"), SizeIs(1));
  way.segment.returns_by_in = true;
  EXPECT_THAT(missing(R"(["saddr","iif"])", "prerouting"), IsEmpty());
  EXPECT_THAT(missing(R"(["saddr","mark","iif"])", "prerouting"), IsEmpty());
  EXPECT_THAT(missing(R"(["saddr"])", "prerouting"), SizeIs(1));
  EXPECT_THAT(missing(R"(["saddr","iif"])", "input"), SizeIs(1)) << "kernels differ for lo";
}

TEST(Ruleset, KnowsWhatTrackingSaysOfASyn) {
  const std::string state = R"({"ct":{"key":"state"}})", status = R"({"ct":{"key":"status"}})",
                    direction = R"({"ct":{"key":"direction"}})";
  const auto acting = [](const std::string& expression) {
    return suspects({rule(expression, drop)});
  };
  EXPECT_THAT(acting(match(state, R"("new")", "!")), IsEmpty());
  EXPECT_THAT(acting(match(state, R"(["established","related"])", "!")), SizeIs(1));
  EXPECT_THAT(acting(match(status, R"("dnat")", "in")), IsEmpty());
  EXPECT_THAT(acting(match(status, R"("assured")", "in")), SizeIs(1)) << "not looked at";
  EXPECT_THAT(acting(match(direction, R"("reply")")), IsEmpty());
  EXPECT_THAT(acting(match(direction, R"("original")")), SizeIs(1));
  SegmentOnWay tracked = syn();
  tracked.segment.state.reset();
  for (const std::string& each : {match(status, R"("dnat")", "in"), match(direction, R"("reply")"),
                                  match(state, R"("new")", "!")})
    EXPECT_THAT(suspects({rule(each, drop)}, tracked), SizeIs(1)) << each;
}

TEST(Ruleset, KnowsThatASynIsWholeAndForThisHost) {
  const std::string offset = R"({"payload":{"protocol":"ip","field":"frag-off"}})",
                    pkttype = R"({"meta":{"key":"pkttype"}})";
  SegmentOnWay way = syn();
  const auto acting = [&](const std::string& expression) {
    return suspects({rule(expression, drop)}, way);
  };
  EXPECT_THAT(acting(match(R"({"&":[)" + offset + ",8191]}", "0", "!=")), IsEmpty());
  EXPECT_THAT(acting(match(R"({"&":[)" + offset + ",16384]}", "0", "!=")), SizeIs(1)) << "DF";
  EXPECT_THAT(acting(match(R"({"payload":{"protocol":"ip","field":"version"}})", "4", "!=")),
              IsEmpty());
  EXPECT_THAT(acting(match(R"({"exthdr":{"name":"rt","field":"type"}})", "0")), IsEmpty());
  EXPECT_THAT(acting(match(pkttype, R"({"set":["broadcast","multicast"]})")), SizeIs(1));
  way.segment.is_host = true;
  EXPECT_THAT(acting(match(pkttype, R"({"set":["broadcast","multicast"]})")), IsEmpty());
  EXPECT_THAT(acting(match(pkttype, R"("host")")), SizeIs(1));
}

TEST(Ruleset, KnowsTheUidOfASenderWhereItsSocketIsKnown) {
  SegmentOnWay way = syn();
  way.segment.uid = 1000;
  way.hooks = {"output", "postrouting"};
  const auto with = [&](const char* uid, const char* hook) {
    return suspects({rule(match(R"({"meta":{"key":"skuid"}})", uid), drop)}, way, "accept", hook);
  };
  EXPECT_THAT(with("1337", "output"), IsEmpty());
  EXPECT_THAT(with("1000", "output"), SizeIs(1));
  EXPECT_THAT(with(R"("somebody")", "output"), SizeIs(1)) << "whose name that is, is not known";
  way.hooks = {"output", "postrouting", "prerouting", "input"};
  EXPECT_THAT(with("1337", "input"), SizeIs(1));
}

}  // namespace
}  // namespace lab::filter
