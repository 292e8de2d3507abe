// SPDX-License-Identifier: MIT
//
// A tunnel's own packets, which rules may drop.
#include <gmock/gmock.h>

#include "unit/explain/facts.hpp"

namespace lab::explain {
namespace {

using ::testing::HasSubstr;

TEST(ExplainOuterPackets, OfATunnelMayBeDropped) {
  Facts facts = outside_syn();
  facts.tables.listeners = {listener("0.0.0.0:8888")};
  add_server(facts);
  EXPECT_TRUE(diagnose(facts).certain());
  facts.filters.outer_packets = {"rule 'udp dport 4789 drop' (handle 4) of chain inet t i"};
  const Diagnosis doubtful = diagnose(facts);
  EXPECT_FALSE(doubtful.certain());
  EXPECT_THAT(text_of(doubtful.not_observed, "tunnel"), HasSubstr("udp dport 4789 drop"));
}

TEST(ExplainOuterPackets, ThereAreNoneOfASynThatIsNotSent) {
  Facts facts = without_source("10.9.9.9:80", ENETUNREACH);
  facts.filters.outer_packets = {"rule 'udp dport 4789 drop' (handle 4) of chain inet t i"};
  EXPECT_EQ(text_of(diagnose(facts).not_observed, "tunnel"), "");
}

}  // namespace
}  // namespace lab::explain
