// SPDX-License-Identifier: MIT
#include "record/rule_trace.hpp"

#include <gmock/gmock.h>

namespace lab {
namespace {

Segment syn() {
  return {Endpoint::parse("10.0.0.1:40000").value(), Endpoint::parse("10.0.0.2:80").value(),
          TcpFlags{.syn = true}};
}

TracedRule at_chain(std::uint32_t packet, const char* chain) {
  TracedRule rule;
  rule.packet = packet;
  rule.chain = chain;
  rule.verdict = "accept";
  rule.segment = syn();
  rule.own = true;
  return rule;
}

TracedRule drop(std::uint32_t packet) {
  TracedRule rule = at_chain(packet, "i");
  rule.own = false;
  rule.verdict = "drop";
  return rule;
}

TEST(LostInHook, IsAPacketThatCameInAndNeitherLeftNorWasDropped) {
  EXPECT_FALSE(lost_in_hook({at_chain(1, "input-first"), at_chain(1, "input-last")}));
  EXPECT_FALSE(lost_in_hook({at_chain(1, "input-first"), drop(1)}));
  const auto lost = lost_in_hook({at_chain(1, "prerouting-first"), at_chain(1, "prerouting-last"),
                                  at_chain(1, "input-first")});
  ASSERT_TRUE(lost.has_value());
  EXPECT_EQ(lost->hook, "input");
  EXPECT_EQ(lost->what, "SYN 10.0.0.1:40000 > 10.0.0.2:80");
}

TEST(LostInHook, IsNotTheFirstOfTwoWhereTheSecondCameOut) {
  EXPECT_FALSE(lost_in_hook(
      {at_chain(1, "input-first"), at_chain(2, "input-first"), at_chain(2, "input-last")}));
  EXPECT_TRUE(lost_in_hook(
      {at_chain(1, "input-first"), at_chain(1, "input-last"), at_chain(1, "input-first")}))
      << "the number is used again";
}

TEST(LastDrop, IsTheVerdictUnlessTheSameSegmentPassedLater) {
  EXPECT_EQ(last_drop({at_chain(1, "input-first")}), nullptr);
  const std::vector<TracedRule> twice{at_chain(1, "prerouting-first"), drop(1),
                                      at_chain(2, "prerouting-first"), drop(2)};
  EXPECT_EQ(last_drop(twice), &twice.back());
  const std::vector<TracedRule> once{at_chain(1, "prerouting-first"), drop(1),
                                     at_chain(2, "prerouting-first"), at_chain(2, "input-last")};
  EXPECT_EQ(last_drop(once), nullptr);
}

}  // namespace
}  // namespace lab
