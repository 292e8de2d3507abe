// SPDX-License-Identifier: MIT
//
// The command that goes on in another namespace asks about the same SYN.
#include <gmock/gmock.h>

#include "explain/words.hpp"
#include "facts.hpp"

namespace lab::explain {
namespace {

using testing::ElementsAre;

TEST(AskThere, KeepsASourcePortThatWasGiven) {
  EXPECT_EQ(ask_there(container(), at("172.17.0.2:80"), at("172.17.0.1:41004"), true),
            "orchestrator explain 172.17.0.2:80 from 172.17.0.1:41004 --netns web");
  EXPECT_EQ(ask_there(container(), at("172.17.0.2:80"), Endpoint{address("172.17.0.1"), 0}, true),
            "orchestrator explain 172.17.0.2:80 from 172.17.0.1 --netns web");
}

TEST(AskThere, AnAssumedPortIsNotOne) {
  Facts facts = local_syn("172.17.0.2:80", "172.17.0.1:40000");
  facts.question.port_is_assumed = true;
  facts.arrival.there = {0, RouteType::unicast, "docker0", std::nullopt};
  facts.others.namespaces = {container()};
  EXPECT_THAT(diagnose(facts).conclusion.commands,
              ElementsAre("orchestrator explain 172.17.0.2:80 from 172.17.0.1 --netns web"));
}

// There the route back to this source leads elsewhere.
TEST(AskThere, NamesTheInterfaceForASourceThatIsNoNeighbour) {
  const Endpoint stranger{address("10.79.0.77"), 0};
  EXPECT_EQ(ask_there(container(), at("172.17.0.2:80"), stranger, true),
            "orchestrator explain 172.17.0.2:80 from 10.79.0.77 --device eth0 --netns web");
  EXPECT_EQ(ask_there(container(), at("172.17.0.2:80"), stranger, false),
            "orchestrator explain 172.17.0.2:80 from 10.79.0.77 --netns web")
      << "a router is between them";
}

TEST(AskThere, AsksForTheAddressThatTheListenerHas) {
  Facts facts = local_syn();
  facts.others.namespaces = {container("127.0.0.1:8888")};
  EXPECT_THAT(diagnose(facts).conclusion.commands,
              ElementsAre("orchestrator explain 127.0.0.1:8888 --netns web"));
  facts.others.namespaces = {container("0.0.0.0:8888")};
  EXPECT_THAT(diagnose(facts).conclusion.commands,
              ElementsAre("orchestrator explain 172.17.0.2:8888 --netns web"));
}

}  // namespace
}  // namespace lab::explain
