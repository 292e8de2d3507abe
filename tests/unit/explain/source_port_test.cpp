// SPDX-License-Identifier: MIT
//
// The ephemeral ports that are left for connect().
#include <gmock/gmock.h>

#include "facts.hpp"

namespace lab::explain {
namespace {

// Before Linux 6.8 and without the module they are not shown.
TEST(ExplainSourcePort, TheLastPortsMayBeHeldBySocketsThatAreOnlyBound) {
  Facts facts = local_syn("192.0.2.1:80", "10.0.0.2:40000");
  facts.question.port_is_assumed = true;
  facts.arrival.there = {0, RouteType::unicast, "eth0", std::nullopt};
  facts.source_ports.unused = 1;
  facts.source_ports.choice = 40000;
  EXPECT_TRUE(diagnose(facts).certain()) << "they are shown here";
  facts.source_ports.bound_are_seen = false;
  EXPECT_FALSE(diagnose(facts).certain());
  facts.source_ports.unused = 28000;
  EXPECT_TRUE(diagnose(facts).certain()) << "nobody has so many";
}

}  // namespace
}  // namespace lab::explain
