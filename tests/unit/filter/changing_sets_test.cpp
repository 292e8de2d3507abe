// SPDX-License-Identifier: MIT
//
// What of a set is certain: packets may change it, and time takes elements away.
#include <gmock/gmock.h>

#include "filter/ruleset.hpp"
#include "unit/filter/rules.hpp"

namespace lab::filter {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

// The set or map "s" of sources, as nft 1.0.6 lists it: without the flag "dynamic".
std::string set_of(const std::string& elements, const char* more = "") {
  return R"(,{"set":{"family":"inet","table":"f","name":"s","type":"ipv4_addr","flags":["timeout"],)" +
         std::string(more) + R"("elem":[)" + elements + "]}}";
}
std::string element(const char* value, const std::string& more) {
  return R"({"elem":{"val":)" + std::string(value) + "," + more + "}}";
}

RulesInTheWay found(const std::string& sets, const std::vector<std::string>& more_rules = {}) {
  std::vector<std::string> rules = more_rules;
  rules.push_back(rule(match(saddr, R"("@s")"), drop));
  return rules_that_may_act(list_of(rules, "accept", "input", sets), "", {syn()});
}

const std::string for_an_hour = R"("timeout":3600,"expires":3599)";

// The lists of fail2ban and crowdsec.
TEST(ChangingSets, AnElementThatDoesNotExpireSoonIsInTheSet) {
  const auto banned = found(set_of(element(R"("10.0.0.1")", for_an_hour)));
  ASSERT_TRUE(banned.ends_syn);
  EXPECT_THAT(banned.ends_syn->text, HasSubstr("(handle 11)"));
  const auto other = found(set_of(element(R"("10.0.0.9")", for_an_hour) + R"(,"10.0.0.8")"));
  EXPECT_FALSE(other.ends_syn);
  EXPECT_THAT(other.acting, IsEmpty());
  const auto commented =
      found(set_of(element(R"("10.0.0.1")", for_an_hour + R"(,"comment":"x","counter":{})")));
  EXPECT_TRUE(commented.ends_syn);
}

TEST(ChangingSets, OneThatExpiresSoonMayHaveGone) {
  for (const char* expires :
       {R"("timeout":3600,"expires":100)", R"("timeout":1,"expires":0)", R"("expires":"soon")"}) {
    const auto soon = found(set_of(element(R"("10.0.0.1")", expires)));
    EXPECT_FALSE(soon.ends_syn) << expires;
    EXPECT_THAT(soon.acting, SizeIs(1)) << expires;
    EXPECT_THAT(found(set_of(element(R"("10.0.0.9")", expires))).acting, IsEmpty()) << expires;
  }
}

TEST(ChangingSets, OneThatHasALimitMayNotMatch) {
  const auto limited = found(set_of(element(R"("10.0.0.1")", R"("limit":{"rate":5})")));
  EXPECT_FALSE(limited.ends_syn);
  EXPECT_THAT(limited.acting, SizeIs(1));
}

TEST(ChangingSets, ASetThatARuleChangesIsNotKnown) {
  const std::string adds =
      R"([{"set":{"op":"add","elem":{"payload":{"protocol":"ip","field":"saddr"}},"set":"@s"}}])";
  for (const char* element_of : {R"("10.0.0.1")", R"("10.0.0.9")"}) {
    const auto changed = found(set_of(element(element_of, for_an_hour)), {adds});
    EXPECT_FALSE(changed.ends_syn) << element_of;
    EXPECT_THAT(changed.acting, SizeIs(1)) << element_of;
  }
  EXPECT_THAT(found(set_of(R"("10.0.0.9")", R"("flags":"dynamic",)")).acting, SizeIs(1));
}

// "ip saddr . tcp dport"
TEST(ChangingSets, TheSameIsTrueOfConcatenations) {
  const auto with = [](const char* more) {
    return rules_that_may_act(
        list_of({rule(match(R"({"concat":[)" + saddr + "," + dport + "]}", R"("@s")"), drop)},
                "accept", "input", set_of(element(R"({"concat":["10.0.0.1",80]})", more))),
        "", {syn()});
  };
  EXPECT_TRUE(with(R"("expires":3599)").ends_syn);
  EXPECT_FALSE(with(R"("expires":9)").ends_syn);
  EXPECT_THAT(with(R"("expires":9)").acting, SizeIs(1));
}

TEST(ChangingSets, TheSameIsTrueOfMapsToVerdicts) {
  const auto with = [](const char* more, const std::vector<std::string>& before = {}) {
    const std::string map =
        R"(,{"map":{"family":"inet","table":"f","name":"v","type":"ipv4_addr","map":"verdict",)"
        R"("flags":["timeout"],"elem":[[)" +
        element(R"("10.0.0.1")", more) + R"(,{"drop":null}]]}})";
    std::vector<std::string> rules = before;
    rules.push_back(R"([{"vmap":{"key":)" + saddr + R"(,"data":"@v"}}])");
    return rules_that_may_act(list_of(rules, "accept", "input", map), "", {syn()});
  };
  EXPECT_TRUE(with(R"("expires":3599)").ends_syn);
  EXPECT_FALSE(with(R"("expires":9)").ends_syn);
  const std::string changes =
      R"([{"map":{"op":"update","elem":{"payload":{"protocol":"ip","field":"saddr"}},)"
      R"("data":{"drop":null},"map":"@v"}}])";
  EXPECT_FALSE(with(R"("expires":3599)", {changes}).ends_syn);
}

}  // namespace
}  // namespace lab::filter
