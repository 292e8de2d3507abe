// SPDX-License-Identifier: MIT
#include "scenario/features.hpp"

#include <gmock/gmock.h>

namespace lab::scenario {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(NeededFeatures, AreEmptyForAPlainScenario) {
  Scenario scenario;
  scenario.hosts.resize(2);
  scenario.steps.push_back({Ping{"a", "b"}, "", std::nullopt, {}});
  EXPECT_THAT(needed_features(scenario), IsEmpty());
}

TEST(NeededFeatures, ComeFromTheTopology) {
  Scenario linked, slow, lossy, with_vrf, walled;
  linked.links.resize(1);
  slow.links.resize(1);
  slow.links[0].delay = std::chrono::milliseconds(1);
  lossy.links.resize(1);
  lossy.links[0].loss = 1;
  with_vrf.hosts.resize(1);
  with_vrf.hosts[0].vrfs = {{"red", {"eth0"}}};
  walled.hosts.resize(1);
  walled.hosts[0].nftables = "table inet filter {}";
  EXPECT_THAT(needed_features(linked), ElementsAre("veth"));
  EXPECT_THAT(needed_features(slow), ElementsAre("netem", "veth"));
  EXPECT_THAT(needed_features(lossy), ElementsAre("netem", "veth"));
  EXPECT_THAT(needed_features(with_vrf), ElementsAre("vrf"));
  EXPECT_THAT(needed_features(walled), ElementsAre("nftables"));
}

TEST(NeededFeatures, ComeFromUnconditionalSteps) {
  Scenario scenario;
  scenario.steps.push_back({Drop{}, "", std::nullopt, {}});
  EXPECT_THAT(needed_features(scenario), ElementsAre("nftables"));
  scenario.steps[0].when = Condition{};
  scenario.steps[0].when->feature = "nftables";
  EXPECT_THAT(needed_features(scenario), IsEmpty());
}

}  // namespace
}  // namespace lab::scenario
